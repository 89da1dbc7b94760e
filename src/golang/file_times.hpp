#pragma once
// Times of files that follow from their contents.
//
// The go command knows the files that a test has opened, and the packages of the main module, by name, size and mtime
// (cmd/go/internal/test, modindex). After a checkout every mtime is new, and no cached test result is valid. One
// constant time would be wrong: a changed file of the same size would pass for the old one.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "golang/sources.hpp"
#include "platform/platform.hpp"

namespace ci::golang {

// Larger files are seldom what a test reads, and take long to read.
inline constexpr std::int64_t kLargestTimed = std::int64_t{64} << 20;

// Gives every file below the folders an mtime between 2001 and 2021 that follows from its contents, and every folder
// one from the names in it. Names that begin with ".", node_modules, links, and files of more than kLargestTimed bytes
// are left alone. Returns how many files have such a time now. Error: io or permission for what cannot be read; data
// for more than kMostSources; cancelled.
base::Result<std::size_t> set_times_from_contents(const std::vector<SourceFolder>& folders,
                                                  const platform::Platform& platform);

}  // namespace ci::golang
