#pragma once
// Brings an index of records up to date with their files.
#include <filesystem>

#include "base/result.hpp"
#include "history_store/record_index.hpp"
#include "platform/clock.hpp"

namespace ci::history_store {

// The longest document that is read, in bytes.
inline constexpr std::size_t kLongestRecord = std::size_t{16} << 20;

// Until when something may take, with the clock that says so.
struct TimeLimit {
  const platform::Clock& clock;
  platform::Monotonic end;
  [[nodiscard]] bool is_over() const { return clock.monotonic() >= end; }
};

// Notes in `index` what was added, replaced and removed below `records`. A folder whose own time has not changed since
// is not looked into. Files are noted some hundreds at a time: whoever comes after one that was stopped goes on from
// there. Error: as RecordIndex; timeout when `limit` was passed.
base::Result<void> update_index(RecordIndex& index, const std::filesystem::path& records, const TimeLimit& limit);

// The stamp of a file, or nothing when it is no regular file.
std::optional<Stamp> stamp_of(const std::filesystem::path& file);

// Returns the row of the record in `file`; nothing when that cannot be read or is no record.
std::optional<Row> row_in(const std::filesystem::path& file);

}  // namespace ci::history_store
