// What of apt in a workflow is slow, or hangs, or fails on another day.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "doctor/apt_commands.hpp"
#include "doctor/checks.hpp"
#include "doctor/script.hpp"

namespace ci::doctor {
namespace {

constexpr std::string_view kOurs = "our action (packages: ...)";
constexpr int kShortJob = 30;  // minutes: a job that ends so soon bounds its apt as well

// A step that may have updated the lists without our seeing it: another action of this repository, or a script.
bool may_update(const Step& step) {
  const auto uses = text(step.node, "uses");
  if (uses.starts_with("./") || step.uses().is_ours()) return true;
  const auto run = text(step.node, "run");
  return run.find("./") != std::string_view::npos || run.find(".sh") != std::string_view::npos ||
         run.find("make") != std::string_view::npos;
}

// The same command with "update": what stands in front of "apt-get" stays.
std::string update_command(std::string_view script, const AptCommand& command) {
  return std::string(script.substr(command.at, command.tool_at - command.at)) + "apt-get update";
}

Edit update_in_front(const Document& document, const PlacedAptCommand& placed) {
  const Script script(document.source, placed.run->value);
  const auto whole = script.text();
  const auto& command = placed.command;
  const auto line_begin = whole.substr(0, command.at).rfind('\n') + 1;
  const bool begins_line = base::trim(whole.substr(line_begin, command.at - line_begin)).empty();
  if (!begins_line) return {};  // behind "||" or in a condition another command would change what happens
  const auto update = update_command(whole, command);
  if (update.find('\n') != std::string::npos) return {};
  return edit_of(
      script.replaced(command.at, command.tool_at - command.at,
                      update + " && " + std::string(whole.substr(command.at, command.tool_at - command.at))));
}

void look_for_update(const Document& document, const Job& job, Findings& findings) {
  const auto commands = apt_commands(job);
  if (std::any_of(commands.begin(), commands.end(),
                  [](const auto& placed) { return placed.command.action == AptAction::update; }))
    return;
  for (const auto& placed : commands) {
    const auto first_apt = static_cast<std::size_t>(placed.step - job.steps.data());
    const bool unsure =
        document.kind == DocumentKind::action ||
        std::any_of(job.steps.begin(), job.steps.begin() + static_cast<std::ptrdiff_t>(first_apt) + 1, may_update);
    const Script script(document.source, placed.run->value);
    findings.add("apt-no-update", unsure ? Severity::note : Severity::warning, script.place(placed.command.at),
                 "apt-get install without apt-get update before it in this job: the package lists are those of the "
                 "image, and a version that the mirror has replaced since is a 404; in a container there are no lists",
                 fmt::format("update the lists first; {} does it only when they are too old, inside a deadline", kOurs),
                 update_in_front(document, placed));
    return;  // the first one would update for the rest
  }
}

std::optional<std::int64_t> minutes(const base::YamlNode* node) {
  return base::parse_integer(text(node, "timeout-minutes"));
}

std::string what_ends_it(const Document& document, std::optional<std::int64_t> job_limit) {
  if (job_limit) return fmt::format("only the job's {} minutes end it", *job_limit);
  if (document.kind == DocumentKind::action) return "only the limit of the job that uses this action ends it";
  return "nothing but the end of the job, after 6 hours, ends it";
}

Edit deadline_edit(const Document& document, const PlacedAptCommand& placed,
                   const std::vector<PlacedAptCommand>& commands) {
  if (document.kind == DocumentKind::workflow) {
    return edit_of(lines_after(document.source, *placed.step->node, *placed.run, {"timeout-minutes: 10"}));
  }
  // A step of an action has no timeout-minutes (actions/runner issue 1979).
  Edit edit;
  const Script script(document.source, placed.run->value);
  for (const auto& [command, step, run] : commands) {
    if (step != placed.step || command.under_timeout) continue;
    const auto change = script.replaced(command.tool_at, 0, "timeout 600 ");
    const bool same_line = change && !edit.empty() && edit.back().line == change->line;
    if (!change || same_line) return {};
    edit.push_back(*change);
  }
  return edit;
}

}  // namespace

void check_apt_update(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) look_for_update(document, job, findings);
}

void check_apt_deadline(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    const auto job_limit = minutes(job.node);
    if (job_limit && *job_limit <= kShortJob) continue;
    const auto commands = apt_commands(job);
    const Step* reported = nullptr;
    for (const auto& placed : commands) {
      if (placed.command.under_timeout || placed.step == reported) continue;
      if (member(placed.step->node, "timeout-minutes") != nullptr) continue;
      reported = placed.step;
      const bool unsure = job_limit || document.kind == DocumentKind::action;
      findings.add(
          "apt-no-deadline", unsure ? Severity::note : Severity::warning,
          Script(document.source, placed.run->value).place(placed.command.at),
          fmt::format("apt-get without a deadline: {}. A mirror that stalls or trickles has cost jobs 20 to 80 "
                      "minutes (actions/runner-images issues 12949 and 14594)",
                      what_ends_it(document, job_limit)),
          fmt::format("bound the step; {} bounds every phase, watches the throughput and tries the next mirror", kOurs),
          deadline_edit(document, placed, commands));
    }
  }
}

void check_apt_retries(const Document& document, Findings& findings) {
  constexpr std::string_view kWrong = "APT::Acquire::Retries";
  constexpr std::string_view kRight = "Acquire::Retries";
  for (const auto& job : document.jobs) {
    for (const auto& step : job.steps) {
      const auto* run = step.member("run");
      const auto at = run != nullptr ? run->value.text.find(kWrong) : std::string::npos;
      if (at == std::string::npos) continue;
      const Script script(document.source, run->value);
      findings.add(
          "apt-retries-key", Severity::warning, script.place(at),
          "APT::Acquire::Retries is no setting of apt: it reads Acquire::Retries, so that this changes nothing",
          fmt::format("name it Acquire::Retries; {} retries and fails over by itself", kOurs),
          edit_of(script.replaced(at, kWrong.size(), kRight)));
    }
  }
}

}  // namespace ci::doctor
