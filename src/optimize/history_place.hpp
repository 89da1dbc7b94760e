#pragma once
// Where the records of a job are kept.
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::optimize {

struct HistoryPlace {
  std::string store;             // what history_store::open_history_store() takes
  std::filesystem::path folder;  // where the files lie that record-path and report-path name
  std::filesystem::path spool;   // where records wait while the store is down; "" = nowhere
};

// Returns the place that `history` names: a store; "" the folder of this user's state; "off" none. Error: data, when it
// is no store; environment, when nobody says where this user's state is.
base::Result<std::optional<HistoryPlace>> history_place(const std::string& history,
                                                        const platform::Environment& environment);

}  // namespace ci::optimize
