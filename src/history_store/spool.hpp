#pragma once
// Records that their store could not take, waiting on this machine for the next run.
#include <cstddef>
#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "history_store/history_store.hpp"
#include "history_store/index_update.hpp"

namespace ci::history_store {

class Spool {
 public:
  // `folder` may be shared by several stores; records for the one that is named `store` lie in a folder of their own.
  Spool(const std::filesystem::path& folder, const std::string& store);

  // Keeps a record's document until it can be put. Error: data, io, permission.
  base::Result<void> add(const base::Json& document) const;

  // Lets go the document with that id, which its store has by now.
  void drop(const std::string& id) const;

  // Puts what waits into `store`, until that fails or `limit` is over. Returns how many were put. What the store
  // refuses for good is dropped.
  std::size_t empty_into(HistoryStore& store, const TimeLimit& limit) const;

 private:
  const std::filesystem::path folder_;
};

}  // namespace ci::history_store
