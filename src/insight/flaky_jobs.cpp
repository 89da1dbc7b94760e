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

bool has_ended_by_itself(const Row& row) {
  return has_failed(row) || row.status == JobStatus::success;
}

Attempt attempt_of(const Row& row) {
  return {row.repository, row.run_id, row.run_attempt};
}

// Adds the attempts of the commit in which many jobs failed. Outside CI, without a run, no two jobs belong together.
base::Result<void> find_shared(HistoryStore& store, const std::string& repository, const std::string& commit,
                               std::set<Attempt>& shared) {
  Selection of_commit;
  of_commit.repository = repository;
  of_commit.commit_sha = commit;
  of_commit.limit = kMostFlakyRows;
  const auto rows = store.rows(of_commit);
  if (!rows) return base::fail(rows.error());
  std::map<Attempt, std::pair<std::size_t, std::size_t>> failed_of_ended;
  for (const auto& row : *rows) {
    if (row.run_id.empty() || !has_ended_by_itself(row)) continue;
    auto& [failed, ended] = failed_of_ended[attempt_of(row)];
    ++ended;
    if (has_failed(row)) ++failed;
  }
  for (const auto& [attempt, counts] : failed_of_ended) {
    if (statistics::is_shared_failure(counts.first, counts.second)) shared.insert(attempt);
  }
  return {};
}

// Returns the commits on which the job both passed and failed, those of the newest runs first.
std::vector<std::string> flipped_commits(const std::vector<Row>& runs) {
  std::set<std::string> passed;
  for (const auto& run : runs) {
    if (run.status == JobStatus::success) passed.insert(run.commit_sha);
  }
  std::vector<std::string> flipped;
  for (const auto& run : runs) {
    if (run.commit_sha.empty() || !has_failed(run) || !passed.contains(run.commit_sha)) continue;
    if (std::find(flipped.begin(), flipped.end(), run.commit_sha) == flipped.end()) flipped.push_back(run.commit_sha);
  }
  return flipped;
}

}  // namespace

base::Result<FlakyJob> flaky_job(HistoryStore& store, const Series& series, const std::vector<Row>& runs,
                                 base::TimePoint now) {
  const auto flipped = flipped_commits(runs);
  std::set<Attempt> shared;
  for (std::size_t i = 0; i < std::min(flipped.size(), kMostFlippedCommits); ++i) {
    if (const auto found = find_shared(store, series.repository, flipped[i], shared); !found)
      return base::fail(found.error());
  }
  FlakyJob job{series, {}, {}};
  std::vector<statistics::Trial> trials;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    // Without a commit nothing says that two runs had the same to do.
    if (run->commit_sha.empty() || !has_ended_by_itself(*run)) continue;
    const double days_ago = base::seconds(now - run->started_at) / 86400;
    trials.push_back({run->commit_sha, days_ago, has_failed(*run), shared.contains(attempt_of(*run))});
  }
  job.flakiness = statistics::flakiness(trials);
  for (const auto& run : runs) {
    if (job.chance_failures.size() == kMostChanceFailures) break;
    const bool is_flip = std::find(flipped.begin(), flipped.end(), run.commit_sha) != flipped.end();
    if (has_failed(run) && is_flip && !shared.contains(attempt_of(run))) job.chance_failures.push_back(place_of(run));
  }
  return job;
}

base::Result<std::vector<FlakyJob>> flaky_jobs(HistoryStore& store, Selection selection, base::TimePoint now) {
  const auto since = now - std::chrono::hours(24 * kFlakyDays);
  selection.since = since;
  selection.until.reset();
  selection.statuses = {JobStatus::failure, JobStatus::timed_out};
  selection.limit = kMostFlakyRows;
  const auto failures = store.rows(selection);
  if (!failures) return base::fail(failures.error());
  std::set<Series> failing;
  for (const auto& failure : *failures) {
    if (!failure.commit_sha.empty()) failing.insert(series_of(failure));
  }
  std::vector<FlakyJob> jobs;
  for (const auto& series : failing) {
    auto of_series = history_store::runs_of(series);
    of_series.since = since;
    of_series.limit = kMostFlakyRows;
    const auto runs = store.rows(of_series);
    if (!runs) return base::fail(runs.error());
    auto job = flaky_job(store, series, *runs, now);
    if (!job) return base::fail(job.error());
    if (job->flakiness.chance_failures > 0) jobs.push_back(std::move(*job));
  }
  std::stable_sort(jobs.begin(), jobs.end(), [](const auto& one, const auto& other) {
    return std::tuple(one.flakiness.state, one.flakiness.score) >
           std::tuple(other.flakiness.state, other.flakiness.score);
  });
  return jobs;
}

}  // namespace ci::insight
