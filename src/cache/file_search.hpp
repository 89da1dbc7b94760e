#pragma once
// Finds the files that glob patterns match, in the order in which @actions/glob finds them.
#include <functional>
#include <string>

#include "base/glob.hpp"
#include "base/result.hpp"
#include "cache/glob_walk.hpp"
#include "platform/cancellation.hpp"

namespace ci::cache {

struct FoundFile {
  std::string path;
  // The directory said that it is a regular file. Otherwise it may be anything: with SymbolicLinks::keep also a link to
  // a directory, or to nothing.
  bool is_regular = false;
};

// Calls `found` for each match that is no directory: search paths in their order, depth first, names of a directory in
// byte order, each path once. Error: io or permission, when anything that could lead to a match cannot be looked at;
// cancelled; or what `found` returned.
base::Result<void> search_files(const base::Glob& glob, SymbolicLinks links, const platform::Cancellation& cancellation,
                                const std::function<base::Result<void>(FoundFile)>& found);

// Calls `found` for each match of any type, a directory before what is in it; otherwise as search_files with
// SymbolicLinks::keep. What vanishes meanwhile is left out. Directories are read by several threads, `found` is called
// by this one alone.
base::Result<void> search_tree(const base::Glob& glob, const platform::Cancellation& cancellation,
                               const std::function<base::Result<void>(FoundEntry)>& found);

}  // namespace ci::cache
