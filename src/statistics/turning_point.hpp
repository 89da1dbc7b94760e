#pragma once
// From which run on a series that has risen is higher.
#include <cstddef>
#include <span>

namespace ci::statistics {

// Returns the index of the first value of the later part, when the series is split in two so that the absolute
// distances to the medians of the parts are least (the most likely place when a few runs stall): only splits where
// the later median is the higher are looked at, with at least two values on either side. Returns the split before the
// last `recent` values when there is none such. `recent` <= number of values.
std::size_t rise_in(std::span<const double> values, std::size_t recent);

}  // namespace ci::statistics
