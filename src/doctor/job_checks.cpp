// How long jobs may run, what they fetch, and failures that nobody sees.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "doctor/checks.hpp"
#include "doctor/layout.hpp"
#include "doctor/script.hpp"

namespace ci::doctor {
namespace {

// Lines in front of `jobs:`, with a blank one behind them.
Edit in_front_of_jobs(const Document& document, std::vector<std::string> lines) {
  const auto* jobs = member(&document.root, "jobs");
  if (jobs == nullptr || jobs->key.at.column != 1 || !is_block_map(document.source, document.root)) return {};
  lines.emplace_back();
  return {LineChange{jobs->key.at.line, 0, std::move(lines)}};
}

// Commands and actions that read the history of a repository.
bool mentions_history(std::string_view text) {
  constexpr std::array<std::string_view, 22> kReaders = {
      "git describe", "git log",      "git diff",   "git rev-list", "git merge-base", "git tag",
      "git blame",    "git shortlog", "git show",   "changelog",    "git-cliff",      "goreleaser",
      "sonar",        "gitleaks",     "semantic",   "release",      "version",        "changeset",
      "commitlint",   "changed",      "git rebase", "git push"};
  return std::any_of(kReaders.begin(), kReaders.end(),
                     [&](auto reader) { return text.find(reader) != std::string_view::npos; });
}

bool may_need_history(const Job& job) {
  return std::any_of(job.steps.begin(), job.steps.end(), [](const Step& step) {
    return mentions_history(base::lower(text(step.node, "run"))) || mentions_history(base::lower(step.uses().name));
  });
}

// Whether something reads how the step ended.
bool is_outcome_read(const Document& document, const Step& step) {
  const auto id = text(step.node, "id");
  if (id.empty()) return false;
  return document.source.text().find("steps." + std::string(id) + ".") != std::string::npos;
}

}  // namespace

void check_job_timeout(const Document& document, Findings& findings) {
  if (document.kind != DocumentKind::workflow) return;
  for (const auto& job : document.jobs) {
    const auto* runs_on = member(job.node, "runs-on");
    if (runs_on == nullptr || member(job.node, "timeout-minutes") != nullptr) continue;
    findings.add("job-no-timeout", Severity::warning, job.member->key.at,
                 "the job has no timeout-minutes: one that hangs is ended after 360 minutes, which are paid for",
                 "set it to about three times what the job takes; our action ends its own phases by deadlines",
                 edit_of(lines_after(document.source, *job.node, *runs_on, {"timeout-minutes: 30"})));
  }
}

void check_concurrency(const Document& document, Findings& findings) {
  if (document.kind != DocumentKind::workflow || !document.is_triggered_by("pull_request")) return;
  const bool any_job = std::any_of(document.jobs.begin(), document.jobs.end(),
                                   [](const Job& job) { return member(job.node, "concurrency") != nullptr; });
  if (any_job || member(&document.root, "concurrency") != nullptr) return;
  findings.add("no-concurrency", Severity::warning, member(&document.root, "on")->key.at,
               "a pull request's earlier runs go on when another commit is pushed to it, and later ones wait for them",
               "cancel what a newer run of the same pull request replaces",
               in_front_of_jobs(document, {"concurrency:", "  group: ${{ github.workflow }}-${{ github.ref }}",
                                           "  cancel-in-progress: ${{ github.event_name == 'pull_request' }}"}));
}

void check_hidden_failures(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    const auto look = [&](const base::YamlNode* node, std::string_view what) {
      const auto* key = member(node, "continue-on-error");
      if (key == nullptr || key->value.text != "true") return;
      findings.add("hidden-failure", Severity::note, key->key.at,
                   fmt::format("{} that fails counts as a success, and nothing in this file reads how it ended", what),
                   "let it fail, or give the step an id and say what happened by steps.ID.outcome",
                   edit_of(without_member(document.source, *node, *key)));
    };
    if (document.kind == DocumentKind::workflow) look(job.node, "a job");
    for (const auto& step : job.steps) {
      if (!is_outcome_read(document, step)) look(step.node, "a step");
    }
  }
}

void check_full_history(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    if (may_need_history(job)) continue;
    for (const auto& step : job.steps) {
      if (step.uses().repository() != "actions/checkout") continue;
      const auto* with = value(step.node, "with");
      const auto* depth = member(with, "fetch-depth");
      if (depth == nullptr || depth->value.text != "0") continue;
      findings.add("full-history", Severity::note, depth->key.at,
                   "fetches every commit of every branch, and no command in this job's steps is seen to read them (a "
                   "script that they call may)",
                   "fetch one commit, which is the default, or as many as are needed",
                   edit_of(lines_instead(document.source, *with, *depth, {"fetch-depth: 1"})));
    }
  }
}

void check_missing_permissions(const Document& document, Findings& findings) {
  if (document.kind != DocumentKind::workflow || member(&document.root, "permissions") != nullptr) return;
  const auto without = std::find_if(document.jobs.begin(), document.jobs.end(),
                                    [](const Job& job) { return member(job.node, "permissions") == nullptr; });
  if (without == document.jobs.end()) return;
  findings.add("permissions-missing", Severity::warning, without->member->key.at,
               "no permissions are set: the token has the repository's default, which may be to write everywhere",
               "give read access to all jobs, and more to each job that needs it (checks: write for a check run)",
               in_front_of_jobs(document, {"permissions:", "  contents: read"}));
}

}  // namespace ci::doctor
