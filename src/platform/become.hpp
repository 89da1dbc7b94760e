#pragma once
// What a child of ours does between its start and the tool that it becomes. It is a step of its own, run as
// `ci-optimizer internal become`, because sudo stands between us and the tool and closes every descriptor but three.
#include <string>
#include <vector>

#include "base/result.hpp"

namespace ci::platform {

enum class Sync {
  real,
  // fsync, fdatasync, sync, syncfs, sync_file_range and msync return success at once, for the tool and everything it
  // starts (a seccomp filter; seccomp(2)). Needs CAP_SYS_ADMIN; without it syncs stay real.
  suppressed,
};

// The descriptor on which the tool finds the status pipe that Command::status_pipe made.
inline constexpr int kStatusDescriptor = 3;

// Moves the status pipe from standard input to kStatusDescriptor, opens an empty standard input, sets umask 022 and
// replaces this process by `argv`. Returns only on failure. Error: environment (not found), io.
base::Error become(const std::vector<std::string>& argv, Sync sync);

// The path of the running program. Error: io.
base::Result<std::string> own_program();

}  // namespace ci::platform
