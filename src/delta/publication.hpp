#pragma once
// A record beside dpkg's status file of which file a restore is about to put in its place. All else is done by then: a
// restore that is killed once the file is there has succeeded, and only its marks (unfinished_restore.hpp) are left.
#include <cstdint>
#include <filesystem>
#include <optional>

namespace ci::delta {

// The record's name in dpkg's folder.
inline constexpr char kPublication[] = "ci-optimizer-published";

// Writes down that the file "status" in the folder `staging` is about to become dpkg's status file below `root`, and
// that dpkg's folder is to have the modification time `folder_time` then (nanoseconds since 1970). Without a record,
// when it cannot be written, what a kill leaves stays.
void announce_publication(const std::filesystem::path& root, const std::filesystem::path& staging,
                          std::int64_t folder_time);

// Returns the folder's time of the record, when it is about the status file that is there now. Nothing when there is no
// record, the file was never put in place, or dpkg has written another one since.
std::optional<std::int64_t> published_folder_time(const std::filesystem::path& root);

}  // namespace ci::delta
