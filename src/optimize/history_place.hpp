#pragma once
// Where the records of a job are kept.
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

struct HistoryPlace {
  std::string store;             // what history_store::open_history_store() takes
  std::filesystem::path folder;  // of the records and reports on this machine; that of the store if it is `file:`
  std::filesystem::path spool;   // where records wait while the store is down; "" = nowhere
};

// Whether the store is the folder itself.
inline bool is_folder(const HistoryPlace& place) {
  return place.store.starts_with("file:");
}

// Returns the place that `history` names: a store; "" the folder of this user's state; "off" none. Error: data, when it
// is no store; environment, when nobody says where this user's state is.
base::Result<std::optional<HistoryPlace>> history_place(const std::string& history, const platform::Platform& platform);

}  // namespace ci::optimize
