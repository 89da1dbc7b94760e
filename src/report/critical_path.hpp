#pragma once
// Which stretches of a job its end has waited for.
#include <cstddef>
#include <vector>

#include "history/record.hpp"

namespace ci::report {

// Returns the places in `spans` of those on the critical path, in the order of their starts: from the one that ended
// last back, each time to the one that had ended last when it began. What ran beside them could have taken longer
// without making the job longer.
std::vector<std::size_t> critical_path(const std::vector<history::Span>& spans);

}  // namespace ci::report
