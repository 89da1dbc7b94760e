#pragma once
// What must be known of a root file system before an installation, to tell afterwards what it changed.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "delta/name_table.hpp"
#include "delta/packages.hpp"
#include "delta/running_state.hpp"
#include "delta/stamp.hpp"
#include "delta/sweep.hpp"

namespace ci::delta {

// The state of a shared file (shared_files.hpp) before it is replaced.
struct SharedState {
  std::string digest;    // see digest.hpp
  std::string contents;  // of files that are merged; else empty
};

struct Snapshot {
  Stamp stamp;
  SweepOptions options;  // what was swept, and so will be again
  NameTable names;
  std::vector<Package> packages;
  std::map<std::string, SharedState> shared;  // by path; those that were there
  RunningState running;

  // Takes the stamp, then the names of everything (one sweep without any look at inodes), dpkg's packages and the
  // shared files' digests. Changes nothing. Error: permission (needs root), io.
  static base::Result<Snapshot> take(SweepOptions options);

  // Keeps the snapshot in `file`, readable by its owner only (it holds /etc/shadow), and reads it again. Meant for
  // this machine and this boot. Error: io, permission; data when the file is not a snapshot.
  [[nodiscard]] base::Result<void> write(const std::filesystem::path& file) const;
  static base::Result<Snapshot> read(const std::filesystem::path& file);
};

}  // namespace ci::delta
