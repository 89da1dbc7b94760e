#pragma once
// Which days of which series a retention does not keep.
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "history/retention.hpp"
#include "history_store/row.hpp"

namespace ci::history_store {

// The runs of one series on one UTC day.
struct SeriesDay {
  Series series;
  base::TimePoint day;  // its beginning
  std::size_t runs = 0;
};

// Returns the days that `retention` does not keep at `now` (is_day_kept), by their date. `days`: each series'
// together, its newest first.
std::map<std::string, std::vector<SeriesDay>> days_to_remove(const std::vector<SeriesDay>& days, base::TimePoint now,
                                                             history::Retention retention);

}  // namespace ci::history_store
