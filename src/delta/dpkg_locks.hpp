#pragma once
// dpkg's own locks: who holds them may change what it keeps.
#include <filesystem>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::delta {

// dpkg's and apt's locks (dpkg(1), lock-frontend), held while they exist.
struct DpkgLocks {
  platform::FileDescriptor frontend, database;
};

// Takes both locks of the system below `root` without waiting; a lock file that is not there is no lock. Error:
// environment when another process holds one; io.
base::Result<DpkgLocks> lock_dpkg(const std::filesystem::path& root);

}  // namespace ci::delta
