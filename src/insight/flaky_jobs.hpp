#pragma once
// Which jobs of a repository fail by chance.
#include <vector>

#include "history_store/history_store.hpp"
#include "insight/comparison.hpp"
#include "statistics/flakiness.hpp"

namespace ci::insight {

struct FlakyJob {
  history_store::Series series;
  statistics::Flakiness flakiness;
  std::vector<RunPlace> chance_failures;  // the newest first, a few
};

// How far back is looked, and how much is read at most.
inline constexpr int kFlakyDays = 28;
inline constexpr std::size_t kMostFlakyRows = 1000;     // of one series
inline constexpr std::size_t kMostFlippedCommits = 50;  // of one series
inline constexpr std::size_t kMostChanceFailures = 5;   // that are named

// Returns what the runs of one series, the newest first, tell of chance at `now`; other jobs of their commits are
// looked up to find failures that many shared. Error: the store's.
base::Result<FlakyJob> flaky_job(history_store::HistoryStore& store, const history_store::Series& series,
                                 const std::vector<history_store::Row>& runs, base::TimePoint now);

// Returns the jobs among `selection` that failed on a commit on which they passed too, within 28 days before `now`; the
// flaky ones first, then by score. Its limit, statuses and times mean nothing. Error: the store's.
base::Result<std::vector<FlakyJob>> flaky_jobs(history_store::HistoryStore& store, history_store::Selection selection,
                                               base::TimePoint now);

}  // namespace ci::insight
