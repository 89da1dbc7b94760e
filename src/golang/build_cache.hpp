#pragma once
// The go command's build cache (`go env GOCACHE`): what of it a job has used.
//
// It holds, in 256 folders, files HASH-a that say what the outcome of an action is, and HASH-d with the outcomes (in
// newer versions also folders HASH-d). The go command gives what it uses a new mtime, unless that is less than an hour
// old (cmd/go/internal/cache, mtimeInterval). An entry of ours is saved with one mtime of long ago, so that after a
// restore everything with a younger one was used.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ci::golang {

// The mtime of what is saved: 2001-09-09, in nanoseconds since 1970.
inline constexpr std::int64_t kSavedTime = std::int64_t{1'000'000'000} * 1'000'000'000;

// How long the go command leaves an mtime alone.
inline constexpr base::Duration kTimeRenewed = std::chrono::hours(1);

// The hexadecimal digits of HASH, and the length of the names HASH-a and HASH-d.
inline constexpr std::size_t kHashDigits = 64;
inline constexpr std::size_t kFileNameSize = kHashDigits + 2;

struct BuildCacheUse {
  std::vector<std::string> paths;  // to keep, relative to the cache's folder
  std::uint64_t bytes = 0;         // of them
  std::size_t actions = 0;         // of them
  std::size_t all_actions = 0;     // that are there
  std::uint64_t dropped_bytes = 0;
  std::size_t over_limit = 0;  // actions that were used and left out for the limit
};

// Returns what was used since `since`: the actions, their outcomes, and the fuzzing corpus; of more than `limit` bytes
// what was used last. A folder that is not there has nothing. Error: io, permission.
base::Result<BuildCacheUse> used_since(const std::filesystem::path& folder, base::TimePoint since, std::uint64_t limit);

// Returns how many actions there are. Error: io, permission.
base::Result<std::size_t> count_actions(const std::filesystem::path& folder);

// Tells the go command that the cache was trimmed at `now`: otherwise its next call would look for what was not used
// for five days, and what is restored seems so. Error: io, permission.
base::Result<void> mark_trimmed(const std::filesystem::path& folder, base::TimePoint now);

}  // namespace ci::golang
