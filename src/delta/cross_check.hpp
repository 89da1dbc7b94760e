#pragma once
// dpkg's own lists against the sweep.
#include <filesystem>
#include <vector>

#include "base/result.hpp"
#include "delta/changes.hpp"

namespace ci::delta {

// Error, environment, naming the path: a path of a new or upgraded package's list is on the disk, was not there
// before, and is not in `changes`, so that the sweep missed something. Excluded and volatile paths, and what lies on
// another mount, do not count. `changes` must hold every change of the sweep.
base::Result<void> check_against_lists(const Snapshot& snapshot, const std::vector<Change>& changes,
                                       const std::vector<PackageChange>& packages);

}  // namespace ci::delta
