#include "statistics/flakiness.hpp"

#include <cmath>
#include <map>
#include <string_view>

#include "statistics/distributions.hpp"

namespace ci::statistics {
namespace {

struct CommitOutcomes {
  bool passed = false;
  bool failed = false;
};

std::map<std::string_view, CommitOutcomes> outcomes_of_commits(std::span<const Trial> trials) {
  std::map<std::string_view, CommitOutcomes> commits;
  for (const auto& trial : trials) {
    if (trial.failed && trial.shared) continue;
    auto& commit = commits[trial.commit];
    (trial.failed ? commit.failed : commit.passed) = true;
  }
  return commits;
}

}  // namespace

bool is_shared_failure(std::size_t failed_jobs, std::size_t ended_jobs) {
  constexpr std::size_t kMany = 3;
  return failed_jobs >= kMany && 2 * failed_jobs >= ended_jobs;
}

Flakiness flakiness(std::span<const Trial> trials, const FlakyRule& rule) {
  const auto commits = outcomes_of_commits(trials);
  Flakiness result;
  double failures = rule.prior_failures;
  double passes = rule.prior_passes;
  bool seen_in_window = false;
  for (const auto& trial : trials) {
    if (trial.failed && trial.shared) {
      ++result.excluded;
      continue;
    }
    ++result.trials;
    const double weight = std::exp2(-std::max(trial.days_ago, 0.0) / rule.half_life_days);
    if (!trial.failed) {
      passes += weight;
      ++result.passes_since;
      continue;
    }
    result.passes_since = 0;
    if (!commits.at(trial.commit).passed) continue;
    failures += weight;
    ++result.chance_failures;
    seen_in_window = seen_in_window || trial.days_ago <= rule.window_days;
  }
  for (const auto& [commit, seen] : commits) result.flipped_commits += seen.passed && seen.failed ? 1U : 0U;
  if (seen_in_window) {
    result.state = result.passes_since >= rule.clearing_passes ? FlakyState::cleared : FlakyState::flaky;
  }
  result.score = failures / (failures + passes);
  result.low = beta_quantile(failures, passes, 0.025);
  result.high = beta_quantile(failures, passes, 0.975);
  return result;
}

}  // namespace ci::statistics
