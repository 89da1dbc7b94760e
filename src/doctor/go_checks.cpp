// Go's caches, and builds that several jobs repeat.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "doctor/action_version.hpp"
#include "doctor/checks.hpp"
#include "doctor/layout.hpp"
#include "doctor/our_action.hpp"
#include "doctor/script.hpp"
#include "doctor/shell_script.hpp"

namespace ci::doctor {
namespace {

// The step of `job` with a setup-go that keeps its own cache: the default since v4.
const Step* caching_setup_go(const Document& document, const Job& job) {
  for (const auto& step : job.steps) {
    const auto* uses = step.member("uses");
    if (uses == nullptr || step.uses().repository() != "actions/setup-go") continue;
    const auto cache = step.with("cache");
    if (cache == "false") continue;
    const auto version = action_version(document.source, uses->value);
    if (cache == "true" || (version && version->major >= 4)) return &step;
  }
  return nullptr;
}

const Step* go_cache_step(const Job& job) {
  for (const auto& step : job.steps) {
    if (step.uses().repository() != "actions/cache") continue;
    const auto path = step.with("path");
    if (path.find("go/pkg/mod") != std::string_view::npos || path.find("go-build") != std::string_view::npos)
      return &step;
  }
  return nullptr;
}

bool uses_our_go(const Job& job) {
  return std::any_of(job.steps.begin(), job.steps.end(), [](const Step& step) {
    return step.uses().is_ours() && (!step.with("go-module").empty() || !step.with("binary").empty());
  });
}

// On a system that our action does not run on.
bool is_elsewhere(const Job& job) {
  const auto runner = job.runner();
  return runner.find("windows") != std::string::npos || runner.find("macos") != std::string::npos;
}

// `cache: false` for a step of setup-go.
std::optional<LineChange> without_cache(const Document& document, const Step& step) {
  const auto* with = step.member("with");
  const auto* uses = step.member("uses");
  if (with == nullptr) return lines_after(document.source, *step.node, *uses, {"with:", "  cache: false"});
  if (with->value.members.empty()) return std::nullopt;
  if (const auto* cache = member(&with->value, "cache"))
    return lines_instead(document.source, with->value, *cache, {"cache: false"});
  return lines_after(document.source, with->value, with->value.members.back(), {"cache: false"});
}

std::string module_of(const Step& setup_go) {
  const auto file = setup_go.with("go-version-file");
  return file.ends_with("go.mod") && file.find_first_of("${}:#") == std::string_view::npos ? std::string(file)
                                                                                           : "go.mod";
}

// "go build", also behind environment variables.
std::optional<std::size_t> go_build_at(const ShellScript& script) {
  for (const auto& [words] : script.commands) {
    const auto tool = std::find_if(words.begin(), words.end(),
                                   [](const auto& word) { return word.text.find('=') == std::string::npos; });
    if (tool != words.end() && tool->text == "go" && tool + 1 != words.end() && tool[1].text == "build")
      return tool->at;
  }
  return std::nullopt;
}

}  // namespace

void check_go_double_cache(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    const auto* setup_go = caching_setup_go(document, job);
    const auto* cache = go_cache_step(job);
    if (setup_go == nullptr || cache == nullptr) continue;
    findings.add(
        "go-cache-twice", Severity::warning, setup_go->member("uses")->value.at,
        fmt::format("setup-go keeps Go's caches and so does actions/cache in line {}: both are restored to the "
                    "same folders, and tar fails on the module cache's read-only files (actions/setup-go issues "
                    "314 and 403)",
                    cache->node->at.line),
        "leave it to one of them; our action (go-module: ...) keeps modules and build cache under separate keys",
        edit_of(without_cache(document, *setup_go)));
  }
}

void check_go_frozen_cache(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    const auto* setup_go = caching_setup_go(document, job);
    if (setup_go == nullptr || go_cache_step(job) != nullptr || uses_our_go(job) || is_elsewhere(job)) continue;
    const bool may_be_elsewhere = job.runner().find("${{") != std::string::npos;
    Edit edit;
    auto off = without_cache(document, *setup_go);
    auto ours =
        item_after(document.source, *setup_go->node,
                   {fmt::format("- uses: {}", kOurAction), "  with:", "    go-module: " + module_of(*setup_go)});
    if (off && ours && !may_be_elsewhere) edit = {std::move(*off), std::move(*ours)};
    findings.add(
        "go-cache-frozen", Severity::note, setup_go->member("uses")->value.at,
        "setup-go saves Go's caches under a hash of the module's files and never again: what is compiled later "
        "is compiled in every run, and one new dependency loses all of it (actions/setup-go issues 239 and 404)",
        "our action keeps modules and build cache apart, falls back to the nearest entry and saves what is new",
        std::move(edit));
  }
}

void check_go_repetition(const Document& document, Findings& findings) {
  std::vector<std::string> places;
  std::optional<base::Position> first;
  bool matrix = false;
  for (const auto& job : document.jobs) {
    if (uses_our_go(job)) continue;
    for (const auto& step : job.steps) {
      const auto* run = step.member("run");
      if (run == nullptr) continue;
      const auto offset = go_build_at(read_shell(run->value.text));
      if (!offset) continue;
      const auto at = Script(document.source, run->value).place(*offset);
      if (!first) first = at;
      // A matrix of runners makes another program on each.
      matrix = matrix || (job.has_matrix() && job.runner().find("${{") == std::string::npos);
      places.push_back(fmt::format("{} (line {}{})", job.name(), at.line, job.has_matrix() ? ", a matrix" : ""));
      break;
    }
  }
  if (!first || (places.size() < 2 && !matrix)) return;
  findings.add(
      "go-build-repeated", Severity::note, *first,
      "go build runs in each of: " + base::join(places, ", ") +
          ". If they make the same program, all but one of them are for nothing",
      "our action (go-module, binary, build) builds it once for all jobs of a run, restores it in the others and "
      "runs it once before anything uses it (docs/GO.md)");
}

}  // namespace ci::doctor
