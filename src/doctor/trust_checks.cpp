// Who may do what: permissions, strangers' code, other people's actions.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "doctor/action_version.hpp"
#include "doctor/checks.hpp"
#include "doctor/expression.hpp"
#include "doctor/layout.hpp"

namespace ci::doctor {
namespace {

// Strangers start the run, and it has the repository's secrets.
bool is_privileged(const Document& document) {
  return document.is_triggered_by("pull_request_target") || document.is_triggered_by("workflow_run");
}

bool is_foreign(std::string_view ref) {
  if (ref.find("refs/pull/") != std::string_view::npos) return true;
  for (const auto& expression : expressions_in(ref)) {
    for (const auto& context : contexts_in(expression.body)) {
      if (context == "github.head_ref" || context.starts_with("github.event.pull_request.head.") ||
          context.starts_with("github.event.workflow_run.head_"))
        return true;
    }
  }
  return false;
}

// From v7 on actions/checkout does so by itself, unless told otherwise (GitHub docs, "Securely using
// pull_request_target").
bool refuses_foreign_code(const Document& document, const Step& step, const base::YamlNode& uses) {
  const auto version = action_version(document.source, uses);
  return version && version->major >= 7 && step.with("allow-unsafe-pr-checkout") != "true";
}

bool is_guarded(const Job& job) {
  return member(job.node, "environment") != nullptr || member(job.node, "if") != nullptr;
}

void look_for_write_all(const Document& document, const base::YamlNode& node, Findings& findings) {
  const auto* permissions = member(&node, "permissions");
  if (permissions == nullptr || permissions->value.text != "write-all") return;
  findings.add("permissions-write-all", is_privileged(document) ? Severity::error : Severity::warning,
               permissions->key.at, "every step, and every action in it, can write to everything in the repository",
               "name what is needed; reading the contents is enough for most jobs",
               edit_of(lines_instead(document.source, node, *permissions, {"permissions:", "  contents: read"})));
}

// Actions whose old versions are failed by GitHub before they start.
struct Retired {
  std::string_view repository;
  std::int64_t last;  // major version
  std::string_view since;
};
constexpr std::array<Retired, 3> kRetired = {{
    {"actions/cache", 2, "March 2025"},
    {"actions/upload-artifact", 3, "January 2025"},
    {"actions/download-artifact", 3, "January 2025"},
}};

// Of actions/cache also what is pinned to a version before v3.4 or v4.2, the first ones for the new service.
bool is_retired(const Retired& retired, const ActionVersion& version) {
  if (version.major <= retired.last) return true;
  if (retired.repository != "actions/cache" || !version.minor) return false;
  return (version.major == 3 && *version.minor < 4) || (version.major == 4 && *version.minor < 2);
}

void look_for_retired(const Document& document, const Step& step, Findings& findings) {
  const auto* uses = step.member("uses");
  if (uses == nullptr) return;
  const auto reference = step.uses();
  const auto version = action_version(document.source, uses->value);
  for (const auto& retired : kRetired) {
    if (reference.repository() != retired.repository || !version || !is_retired(retired, *version)) continue;
    const bool plain = !reference.is_pinned() && !uses->value.quoted;
    findings.add("retired-action", Severity::error, uses->value.at,
                 fmt::format("github.com fails every job that uses this version of {}, since {}", retired.repository,
                             retired.since),
                 "use v4 or newer (artifacts of v4 cannot be written twice under one name)",
                 plain
                     ? edit_of(text_instead(document.source, uses->value.at, uses->value.text, reference.name + "@v4"))
                     : Edit{});
  }
}

void look_at_pinning(const base::YamlMember* uses, Findings& findings) {
  if (uses == nullptr) return;
  const auto reference = action_reference(uses->value.text);
  const auto repository = reference.repository();
  if (repository.empty() || reference.ref.empty() || reference.is_pinned()) return;
  if (repository.starts_with("actions/") || repository.starts_with("github/")) return;
  findings.add(
      "unpinned-action", Severity::warning, uses->value.at,
      fmt::format("{} is whatever its owners, or who has their account, let \"{}\" name on that day; in March "
                  "2025 the tags of tj-actions/changed-files were moved to code that printed secrets "
                  "(CVE-2025-30066)",
                  repository, reference.ref),
      fmt::format("pin it to a commit: `git ls-remote https://github.com/{} {}` shows it", repository, reference.ref));
}

}  // namespace

void check_write_all(const Document& document, Findings& findings) {
  if (document.kind != DocumentKind::workflow) return;
  look_for_write_all(document, document.root, findings);
  for (const auto& job : document.jobs) look_for_write_all(document, *job.node, findings);
}

void check_fork_checks(const Document& document, Findings& findings) {
  if (!document.is_triggered_by("pull_request")) return;
  for (const auto& job : document.jobs) {
    const auto* own = value(job.node, "permissions");
    const auto* checks = member(own != nullptr ? own : value(&document.root, "permissions"), "checks");
    const bool ours = std::any_of(job.steps.begin(), job.steps.end(), [](const Step& s) { return s.uses().is_ours(); });
    if (checks == nullptr || checks->value.text != "write" || ours) continue;
    findings.add(
        "checks-write-on-forks", Severity::note, checks->key.at,
        "a pull request from a fork, and Dependabot's, gets a token that only reads, whatever stands here: what "
        "writes the check run then fails with 403",
        "write the job summary as well; our action's report falls back to summary and annotations, and the job "
        "stays green");
  }
}

void check_foreign_checkout(const Document& document, Findings& findings) {
  if (!is_privileged(document)) return;
  for (const auto& job : document.jobs) {
    for (const auto& step : job.steps) {
      const auto run = text(step.node, "run");
      const bool by_hand = run.find("gh pr checkout") != std::string_view::npos;
      const bool checkout = step.uses().repository() == "actions/checkout" &&
                            (is_foreign(step.with("ref")) || is_foreign(step.with("repository")));
      if (!by_hand && !checkout) continue;
      const auto* at = step.member(by_hand ? "run" : "uses");
      auto severity = is_guarded(job) ? Severity::warning : Severity::error;
      if (checkout && refuses_foreign_code(document, step, at->value)) severity = Severity::note;
      findings.add("foreign-checkout", severity, at->value.at,
                   "checks out a pull request's code in a run that has the repository's secrets and a token that may "
                   "write: whatever of that code is then built or run can take them (actions/checkout refuses some of "
                   "this from v7 on)",
                   "run it on pull_request, and hand results to a workflow_run workflow as an artifact");
    }
  }
}

void check_pinning(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    if (job.member != nullptr) look_at_pinning(member(job.node, "uses"), findings);
    for (const auto& step : job.steps) look_at_pinning(step.member("uses"), findings);
  }
}

void check_retired_actions(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    for (const auto& step : job.steps) look_for_retired(document, step, findings);
  }
}

void check_node_version(const Document& document, Findings& findings) {
  if (document.kind != DocumentKind::action) return;
  const auto* runs = value(&document.root, "runs");
  const auto* with = member(runs, "using");
  if (with == nullptr) return;
  const auto& node = with->value.text;
  if (node != "node12" && node != "node16" && node != "node20") return;
  findings.add(
      "retired-node", Severity::warning, with->value.at,
      fmt::format("{} is not what runs it any more: the runner uses node24 since June 2026 and drops node20 in "
                  "September 2026 (GitHub changelog of 2025-09-19)",
                  node),
      "test it with node24 and say so", edit_of(lines_instead(document.source, *runs, *with, {"using: node24"})));
}

}  // namespace ci::doctor
