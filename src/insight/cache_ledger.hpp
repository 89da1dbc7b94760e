#pragma once
// What each cache of a run gave and cost, and how it has done before.
#include <optional>
#include <string>
#include <vector>

#include "history/record.hpp"
#include "history_store/history_store.hpp"
#include "statistics/proportion.hpp"

namespace ci::insight {

struct CacheLine {
  std::string name;
  std::string outcome;  // exact, prefix, miss, skipped
  std::string reason;
  double restore_seconds = 0;
  double save_seconds = 0;
  std::optional<double> net_seconds;  // net_seconds()
  double cold_median = 0;             // of what runs without the cache took for it, in seconds
  std::size_t cold_runs = 0;          // that were measured
  statistics::Proportion hits;        // of the runs that asked for it, this one too
};

// Returns what the run won by the cache after what restoring and saving it took: the median of measured runs without
// the cache less its cost; below 0 when it lost. Nothing for a hit of which no cold run is known, and for what cost
// nothing.
std::optional<double> net_seconds(const history::CacheOutcome& cache);

// How many kept records are opened for what runs without a cache took.
inline constexpr std::size_t kMostColdRecords = 10;

// Returns a line for each cache of the record. `earlier` are runs of its series, the newest first, of which the last
// that missed a cache are opened in `store`; one that cannot be read is left out.
std::vector<CacheLine> cache_ledger(history_store::HistoryStore& store, const history::Record& record,
                                    const std::vector<history_store::Row>& earlier);

// Returns how the cache `name` ended in a row's "NAME=OUTCOME ..."; "" when the run did not ask for it.
std::string_view outcome_in(std::string_view caches, std::string_view name);

}  // namespace ci::insight
