#pragma once
// A parallel walk over one mounted file system.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "delta/exclusions.hpp"

namespace ci::delta {

enum class Type : char {
  file = 'f',
  directory = 'd',
  symlink = 'l',
  fifo = 'p',
  socket = 's',
  character_device = 'c',
  block_device = 'b',
};

// What statx(2) says of an inode. Times are nanoseconds since 1970.
struct Status {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified = 0;
  std::int64_t changed = 0;  // st_ctime
  std::uint32_t mode = 0;    // permission bits only
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t links = 0;
};

struct Entry {
  std::string_view name;
  Type type = Type::file;
  std::uint64_t inode = 0;  // as the folder names it (d_ino); for comparisons with another sweep only
  // With Detail::status: nothing when another file system is mounted there.
  std::optional<Status> status;
};

// One folder and what lies in it, excluded entries left out. Valid during the call only.
struct Listing {
  const std::string& path;
  std::uint64_t inode = 0;
  const std::optional<Status>& status;  // with Detail::status
  std::span<const Entry> entries;
};

enum class Detail {
  names,   // what getdents(2) gives: no look at any inode
  status,  // and statx(2) of each entry
};

struct SweepOptions {
  std::filesystem::path root = "/";
  Exclusions exclusions;
  unsigned jobs = 0;  // threads; 0 = four a core, at most 16
};

struct SweepTotals {
  std::uint64_t folders = 0;
  std::uint64_t entries = 0;
};

// Called for each folder, from any of the threads at the same time; `worker` numbers the thread from 0.
using OnListing = std::function<void(unsigned worker, const Listing&)>;

// The number of threads that a sweep with these options uses.
unsigned sweep_jobs(const SweepOptions& options);

// Walks everything below the root that is in the root's own mount. What vanishes meanwhile is left out. Error:
// permission or io when a folder cannot be read: a walk with gaps is no walk.
base::Result<SweepTotals> sweep(const SweepOptions& options, Detail detail, const OnListing& on_listing);

// Returns the status and type of `path` below `root`, links not followed; nothing when it is not there. Error: io.
base::Result<std::optional<std::pair<Type, Status>>> look_at(const std::filesystem::path& root, std::string_view path);

}  // namespace ci::delta
