#pragma once
// A moment by the file system's own clock.
#include <cstdint>
#include <filesystem>

#include "base/result.hpp"

namespace ci::delta {

struct Stamp {
  // Nanoseconds since 1970. An inode that changes after the stamp was taken gets a change time that is not less.
  std::int64_t changed = 0;
  std::int64_t wall = 0;     // the system's clock at that moment, in nanoseconds
  std::int64_t running = 0;  // nanoseconds since boot, which no one can set
};

// Takes a stamp for the file system of the folder `root`. Inode times have the grain of the kernel's timer, so that
// the stamp is the time of the tick that is running: what changed earlier in the same tick counts as later. Leaves
// nothing behind, and no folder's time changed. Error: io.
base::Result<Stamp> take_stamp(const std::filesystem::path& root);

// Error, environment: the system's clock was set back between the two, so that change times prove nothing.
base::Result<void> check_clock(const Stamp& before, const Stamp& after);

}  // namespace ci::delta
