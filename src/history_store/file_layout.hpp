#pragma once
// Where things lie in the folder of a `file:` history store.
#include <filesystem>
#include <string>

#include "base/time.hpp"
#include "history_store/daily.hpp"
#include "history_store/record_index.hpp"

namespace ci::history_store {

struct FileLayout {
  std::filesystem::path folder;

  [[nodiscard]] std::filesystem::path records() const { return folder / "records"; }
  // Records lie by the UTC day on which they began; earlier versions put them into records/ itself.
  [[nodiscard]] Place place(const std::string& id, base::TimePoint started_at) const {
    return {date_of(started_at), id + ".json"};
  }
  [[nodiscard]] std::filesystem::path record(const Place& place) const { return records() / place.folder / place.name; }
  [[nodiscard]] std::filesystem::path record(const std::string& id, base::TimePoint started_at) const {
    return record(place(id, started_at));
  }
  // The Markdown report of a record.
  [[nodiscard]] std::filesystem::path report(const std::string& id) const { return folder / "reports" / (id + ".md"); }
  // What was rolled up of a day.
  [[nodiscard]] std::filesystem::path days() const { return folder / "days"; }
  [[nodiscard]] std::filesystem::path day(const std::string& date) const { return days() / (date + ".json"); }
  // What a removal of records that was begun is about to do.
  [[nodiscard]] std::filesystem::path pending_removal() const { return folder / "removal.json"; }
  [[nodiscard]] std::filesystem::path removal_lock() const { return folder / "removal.lock"; }
  [[nodiscard]] std::filesystem::path index() const { return folder / "index.sqlite"; }
  [[nodiscard]] std::filesystem::path index_lock() const { return folder / "index.lock"; }
};

}  // namespace ci::history_store
