#pragma once
// Whole records out of a history store.
#include <vector>

#include "history/record.hpp"
#include "history_store/history_store.hpp"
#include "platform/platform.hpp"

namespace ci::history_store {

// Returns the selected records, the newest first. One whose document is gone meanwhile or is no record of ours is told
// to the log and left out. Error: that of the store's list, and timeout when reading is not over at `end`.
base::Result<std::vector<history::Record>> stored_records(HistoryStore& store, const Selection& selection,
                                                          const platform::Platform& platform, platform::Monotonic end);

}  // namespace ci::history_store
