// Installations that several jobs of a run make again, and caches of them that leave out what dpkg does.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "doctor/apt_commands.hpp"
#include "doctor/checks.hpp"
#include "doctor/our_action.hpp"
#include "doctor/script.hpp"

namespace ci::doctor {
namespace {

bool is_plain_name(std::string_view package) {
  return !package.empty() &&
         package.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.:=~/") == std::string::npos &&
         package.front() != '.' && package.front() != '/' && package.front() != '-';
}

bool is_cached(const Job& job) {
  return std::any_of(job.steps.begin(), job.steps.end(), [](const Step& step) {
    const auto uses = step.uses();
    return uses.is_ours() || uses.repository() == "awalsh128/cache-apt-pkgs-action";
  });
}

// Every command of the script is one of `calls` calls of apt, and the step says nothing that an action's step may not.
bool is_only_apt(const Step& step, std::size_t calls) {
  constexpr std::string_view kFine[] = {"name", "id", "if", "run", "timeout-minutes", "continue-on-error"};
  for (const auto& [key, unused] : step.node->members) {
    if (std::find(std::begin(kFine), std::end(kFine), key.text) == std::end(kFine)) return false;
  }
  return read_shell(text(step.node, "run")).commands.size() == calls;
}

// Our action in place of a step that does nothing but apt.
std::optional<LineChange> replacement(const Document& document, const PlacedAptCommand& placed,
                                      const std::vector<PlacedAptCommand>& commands) {
  std::vector<std::string> packages;
  std::size_t calls = 0;
  for (const auto& [command, step, run] : commands) {
    if (step != placed.step) continue;
    ++calls;
    if (!command.only_plain_options || command.without_recommends) return std::nullopt;
    packages.insert(packages.end(), command.packages.begin(), command.packages.end());
  }
  if (!is_only_apt(*placed.step, calls) || !std::all_of(packages.begin(), packages.end(), is_plain_name))
    return std::nullopt;
  return lines_instead(document.source, *placed.step->node, *placed.run,
                       {fmt::format("uses: {}", kOurAction), "with:", "  packages: " + base::join(packages, " ")});
}

struct Installation {
  const Job* job = nullptr;
  std::vector<PlacedAptCommand> commands;
  std::vector<const PlacedAptCommand*> installs;  // the first of each step
};

std::vector<Installation> installations(const Document& document) {
  std::vector<Installation> found;
  for (const auto& job : document.jobs) {
    if (is_cached(job)) continue;
    auto commands = apt_commands(job);
    if (std::any_of(commands.begin(), commands.end(),
                    [](const auto& placed) { return !placed.command.packages.empty(); }))
      found.push_back({&job, std::move(commands), {}});
  }
  for (auto& installation : found) {
    for (const auto& placed : installation.commands) {
      const bool another_step = installation.installs.empty() || installation.installs.back()->step != placed.step;
      if (!placed.command.packages.empty() && another_step) installation.installs.push_back(&placed);
    }
  }
  return found;
}

// Every step replaced, or nothing: one that stays would be found again.
Edit replacements(const Document& document, const std::vector<Installation>& found) {
  Edit edit;
  for (const auto& installation : found) {
    for (const auto* placed : installation.installs) {
      auto change = replacement(document, *placed, installation.commands);
      if (!change) return {};
      edit.push_back(std::move(*change));
    }
  }
  return edit;
}

}  // namespace

void check_apt_repetition(const Document& document, Findings& findings) {
  if (document.kind != DocumentKind::workflow) return;
  const auto found = installations(document);
  if (found.empty()) return;
  const bool several = found.size() > 1 || found.front().job->has_matrix();
  if (!several) return;
  std::vector<std::string> names;
  for (const auto& [job, unused, installs] : found) {
    const auto at = Script(document.source, installs.front()->run->value).place(installs.front()->command.at);
    names.push_back(fmt::format("{} (line {}{})", job->name(), at.line, job->has_matrix() ? ", a matrix" : ""));
  }
  const auto& first = *found.front().installs.front();
  findings.add(
      "apt-repeated", Severity::warning, Script(document.source, first.run->value).place(first.command.at),
      "packages are downloaded and installed again in each of: " + base::join(names, ", "),
      "our action installs them once and puts the whole installation back in the other jobs and in later runs, "
      "with dpkg's database and all that maintainer scripts did; `recommends: false` of ci-optimizer.yml is "
      "--no-install-recommends",
      replacements(document, found));
}

void check_apt_file_caches(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    for (const auto& step : job.steps) {
      const auto* uses = step.member("uses");
      if (uses == nullptr || step.uses().repository() != "awalsh128/cache-apt-pkgs-action") continue;
      Edit edit;
      const auto* with = value(step.node, "with");
      if (with != nullptr && with->members.size() == 1 && !step.with("packages").empty()) {
        edit = edit_of(lines_instead(document.source, *step.node, *uses, {fmt::format("uses: {}", kOurAction)}));
      } else if (with != nullptr && with->members.size() == 2 && !step.with("packages").empty()) {
        const auto* version = member(with, "version");
        auto first = lines_instead(document.source, *step.node, *uses, {fmt::format("uses: {}", kOurAction)});
        auto second = version != nullptr ? without_member(document.source, *with, *version) : std::nullopt;
        if (first && second) edit = {std::move(*first), std::move(*second)};
      }
      findings.add("apt-file-cache", Severity::warning, uses->value.at,
                   "restores packages as files: dpkg's database, alternatives and what maintainer scripts made are not "
                   "among them (its issues 110, 156 and 57), and a failed installation is saved as a good one (166). "
                   "Seen with its v1",
                   "our action restores the whole installation, or installs with the real apt and dpkg",
                   std::move(edit));
    }
  }
}

}  // namespace ci::doctor
