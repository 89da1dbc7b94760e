#include "insight/flaky_jobs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace ci::insight {
namespace {

using history::JobStatus;
using history_store::HistoryStore;
using history_store::Row;
using history_store::Selection;
using history_store::Series;

bool has_failed(const Row& row) {
  return row.status == JobStatus::failure || row.status == JobStatus::timed_out;
}

// One attempt of one run, whose jobs fail together when the fault is not theirs.
using Attempt = std::tuple<std::string, std::string, int>;  // repository, run, attempt

Attempt attempt_of(const Row& row) {
  return {row.repository, row.run_id, row.run_attempt};
}

// Adds the attempts of the commit in which many jobs failed. Outside CI, without a run, no two jobs belong together.
base::Result<void> find_shared(HistoryStore& store, const Row& failure, std::set<Attempt>& shared) {
  Selection of_commit;
  of_commit.repository = failure.repository;
  of_commit.commit_sha = failure.commit_sha;
  of_commit.limit = kMostFlakyRows;
  const auto rows = store.rows(of_commit);
  if (!rows) return base::fail(rows.error());
  std::map<Attempt, std::pair<std::size_t, std::size_t>> failed_of_ended;
  for (const auto& row : *rows) {
    if (row.run_id.empty() || (!has_failed(row) && row.status != JobStatus::success)) continue;
    auto& [failed, ended] = failed_of_ended[attempt_of(row)];
    ++ended;
    if (has_failed(row)) ++failed;
  }
  for (const auto& [attempt, counts] : failed_of_ended) {
    if (statistics::is_shared_failure(counts.first, counts.second)) shared.insert(attempt);
  }
  return {};
}

// What the job did, in the order of time. `rows` are the newest first.
FlakyJob judge(const Series& series, const std::vector<Row>& rows, const std::set<Attempt>& shared,
               base::TimePoint now) {
  FlakyJob job{series, {}, {}};
  std::vector<statistics::Trial> trials;
  std::set<std::string> passed;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    // Without a commit nothing says that two runs had the same to do.
    if (row->commit_sha.empty() || (!has_failed(*row) && row->status != JobStatus::success)) continue;
    const double days_ago = base::seconds(now - row->started_at) / 86400;
    trials.push_back({row->commit_sha, days_ago, has_failed(*row), shared.contains(attempt_of(*row))});
    if (!has_failed(*row)) passed.insert(row->commit_sha);
  }
  job.flakiness = statistics::flakiness(trials);
  for (const auto& row : rows) {
    if (job.chance_failures.size() == kMostChanceFailures) break;
    if (has_failed(row) && !shared.contains(attempt_of(row)) && passed.contains(row.commit_sha))
      job.chance_failures.push_back(place_of(row));
  }
  return job;
}

}  // namespace

base::Result<std::vector<FlakyJob>> flaky_jobs(HistoryStore& store, Selection selection, base::TimePoint now) {
  const auto since = now - std::chrono::hours(24 * kFlakyDays);
  selection.since = since;
  selection.until.reset();
  selection.statuses = {JobStatus::failure, JobStatus::timed_out};
  selection.limit = kMostFlakyRows;
  const auto failures = store.rows(selection);
  if (!failures) return base::fail(failures.error());
  std::set<Series> failing;
  std::set<std::pair<std::string, std::string>> commits;
  std::set<Attempt> shared;
  for (const auto& failure : *failures) {
    if (failure.commit_sha.empty()) continue;
    failing.insert(series_of(failure));
    if (commits.size() >= kMostFailedCommits || !commits.insert({failure.repository, failure.commit_sha}).second)
      continue;
    if (const auto found = find_shared(store, failure, shared); !found) return base::fail(found.error());
  }
  std::vector<FlakyJob> jobs;
  for (const auto& series : failing) {
    auto runs = history_store::runs_of(series);
    runs.since = since;
    runs.limit = kMostFlakyRows;
    const auto rows = store.rows(runs);
    if (!rows) return base::fail(rows.error());
    auto job = judge(series, *rows, shared, now);
    if (job.flakiness.chance_failures > 0) jobs.push_back(std::move(job));
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const auto& one, const auto& other) {
    return std::tuple(one.flakiness.state, one.flakiness.score) >
           std::tuple(other.flakiness.state, other.flakiness.score);
  });
  return jobs;
}

}  // namespace ci::insight
