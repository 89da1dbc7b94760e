#pragma once
// What records say about the newest of them, where they come from files and not from a store.
#include <vector>

#include "base/result.hpp"
#include "history/record.hpp"
#include "insight/insight.hpp"
#include "platform/clock.hpp"

namespace ci::insight {

// Returns what look_back() tells of the first of `records`, which are newest first, had the others been kept. They are
// put into a temporary folder for that. Error: io, permission; or data, when the first is none that a store keeps.
base::Result<Insight> look_back_on(const std::vector<history::Record>& records, const platform::Clock& clock);

}  // namespace ci::insight
