#pragma once
// What an installation changed on the root file system.
#include <optional>
#include <string>
#include <vector>

#include "delta/obstacles.hpp"
#include "delta/packages.hpp"
#include "delta/shared_change.hpp"
#include "delta/snapshot.hpp"
#include "delta/sweep.hpp"

namespace ci::delta {

enum class ChangeKind {
  added,    // the path was not there
  changed,  // another inode, or its change time says that contents or metadata changed
  deleted,
};

struct Change {
  std::string path;  // absolute as seen from the root
  ChangeKind kind = ChangeKind::added;
  Type type = Type::file;    // what it is now; of a deleted path, what it was
  std::optional<Type> was;   // changed: what it was before
  Status status;             // as it is now; empty for a deleted path
  std::string hard_link_to;  // the first path of the same inode in this list; "" = this is it
  std::optional<SharedChange> shared;
};

struct Changes {
  // In PathOrder. A folder is also listed when a file in it is, even if its time or nothing at all differs: whoever
  // puts that file in place changes the folder's time.
  std::vector<Change> changes;
  std::vector<PackageChange> packages;
  std::vector<Obstacle> obstacles;
  std::vector<std::string> left_out;  // changed paths that volatile_paths.hpp keeps out of a delta
  SweepTotals swept;
};

// Sweeps the same root again and compares. Changes nothing. Error: environment when the result cannot be trusted (the
// clock was set back, a path of a new package is not among the changes); permission, io.
base::Result<Changes> changes_since(const Snapshot& snapshot);

}  // namespace ci::delta
