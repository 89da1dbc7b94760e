#pragma once
// What kept records tell of a cache in earlier runs of this job.
#include <optional>
#include <string>
#include <vector>

#include "history/record.hpp"
#include "history_store/history_store.hpp"

namespace ci::optimize {

struct EarlierOutcome {
  std::string started_at;  // of the job; RFC 3339
  history::CacheOutcome outcome;
};

class EarlierJobs {
 public:
  // Knows of nothing.
  EarlierJobs() = default;
  // Knows what `store` has of the repository, workflow and job of `own`. nullptr: nothing.
  EarlierJobs(history_store::HistoryStore* store, const history_store::Series& own) : store_(store), own_(own) {}

  // Returns what became of every cache, the newest first: name, key, matched_key, outcome, save_seconds and
  // cold_seconds are filled in. Nothing when there are no records. The store is asked once.
  const std::vector<EarlierOutcome>& outcomes();

 private:
  history_store::HistoryStore* store_ = nullptr;
  history_store::Series own_;
  std::optional<std::vector<EarlierOutcome>> outcomes_;
};

// Returns the seconds from the miss to the end of the job, of those that had to do without the cache `name`; the newest
// first.
std::vector<double> cold_times(const std::vector<EarlierOutcome>& outcomes, const std::string& name);

// Returns a sentence about the entry of the cache `name` that was last known to be there, and whose key begins with
// `series`: "KEY was there on 2026-11-21 and is not any more"; "" when no job tells of one.
std::string last_seen(const std::vector<EarlierOutcome>& outcomes, const std::string& name, const std::string& series);

// Returns `times` with what `older` has besides, as many as an entry keeps.
std::vector<double> with_older(std::vector<double> times, const std::vector<double>& older);

}  // namespace ci::optimize
