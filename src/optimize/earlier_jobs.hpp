#pragma once
// What kept records tell of a cache in earlier runs of this job.
#include <string>
#include <vector>

#include "history/record.hpp"

namespace ci::optimize {

struct EarlierOutcome {
  std::string started_at;  // of the job; RFC 3339
  history::CacheOutcome outcome;
};

// Returns what became of every cache, the newest first, in the records that lie beside the one at `record_path` and are
// of the same repository, workflow and job: name, key, matched_key, outcome, save_seconds and cold_seconds are filled
// in. Nothing when there are no records.
std::vector<EarlierOutcome> earlier_outcomes(const std::string& record_path);

// Returns the seconds from the miss to the end of the job, of those that had to do without the cache `name`; the newest
// first.
std::vector<double> cold_times(const std::vector<EarlierOutcome>& outcomes, const std::string& name);

// Returns a sentence about the entry of the cache `name` that was last known to be there, and whose key begins with
// `series`: "KEY was there on 2026-11-21 and is not any more"; "" when no job tells of one.
std::string last_seen(const std::vector<EarlierOutcome>& outcomes, const std::string& name, const std::string& series);

// Returns `times` with what `older` has besides, as many as an entry keeps.
std::vector<double> with_older(std::vector<double> times, const std::vector<double>& older);

}  // namespace ci::optimize
