#pragma once
// Rolls a day's records up into summaries and removes them, so that a process which is killed on the way neither loses
// a run nor counts it twice: what is to be done is written down first, and whoever comes next does it again.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history_store/file_layout.hpp"

namespace ci::history_store {

struct RemovalOfDay {
  std::string date;
  std::vector<Day> fresh;     // what becomes of the records
  std::vector<Place> places;  // the records
};

// Writes the day's summaries, merged with those that are there, and removes the records with their reports. The caller
// holds the lock of `layout`. Error: io, permission; nothing of the day was removed then, or the rest goes next time.
base::Result<void> remove_day(const FileLayout& layout, const RemovalOfDay& removal);

// Ends a removal that was begun and not ended. The caller holds the lock.
base::Result<void> end_removal(const FileLayout& layout);

// Returns the summaries of the day `date`; none when nothing was rolled up, or the file is damaged.
std::vector<Day> read_day(const FileLayout& layout, const std::string& date);

}  // namespace ci::history_store
