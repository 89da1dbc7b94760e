#pragma once
// When a metric of a job changed its level, and with which run.
#include <span>
#include <string>
#include <vector>

#include "history_store/row.hpp"
#include "insight/comparison.hpp"
#include "statistics/change_points.hpp"

namespace ci::insight {

struct SeriesChange {
  history_store::Series series;
  std::string stratum;  // in words
  std::string metric;
  std::string unit;
  double before = 0;  // medians of the levels
  double after = 0;
  double p = 1;
  std::size_t runs_before = 0;  // of the level
  std::size_t runs_after = 0;
  RunPlace first;        // run of the new level,
  RunPlace last_before;  // and the one before it
};

// Returns the changes of `metric` in every stratum of the rows, the newest first: of first attempts that succeeded on
// `branch`, or on any when it is "". Only durations change by what matters to somebody; other units are compared by
// their part alone.
std::vector<SeriesChange> series_changes(std::span<const history_store::Row> rows, std::string_view metric,
                                         std::string_view branch);

// Returns "30 s → 42 s (+40 %)".
std::string effect_text(const SeriesChange& change);

}  // namespace ci::insight
