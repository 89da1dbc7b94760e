#pragma once
// What each cache of a job gave and what it cost.
#include <string>
#include <vector>

#include "history/record.hpp"
#include "insight/insight.hpp"
#include "report/page.hpp"

namespace ci::report {

// Returns "1.2 s", or "−1.2 s" for a loss.
std::string signed_seconds(double seconds);

// Returns the table of caches, with the reason where one was no hit and the net savings; with an insight, how often
// each was hit.
Section cache_ledger(const std::vector<history::CacheOutcome>& caches, const insight::Insight* insight);

}  // namespace ci::report
