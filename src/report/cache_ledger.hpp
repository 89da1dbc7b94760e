#pragma once
// What each cache of a job gave and what it cost.
#include <optional>
#include <string>
#include <vector>

#include "history/record.hpp"
#include "report/page.hpp"

namespace ci::report {

// Returns the seconds that the cache has saved this job less those that saving it took; below 0 when it cost more than
// it gave. Nothing when neither is known: a miss has no saving to tell of.
std::optional<double> net_saving(const history::CacheOutcome& cache);

// Returns "1.2 s", or "−1.2 s" for a loss.
std::string signed_seconds(double seconds);

// Returns the table of caches, with the reason where one was no hit and the net savings.
Section cache_ledger(const std::vector<history::CacheOutcome>& caches);

}  // namespace ci::report
