#pragma once
// Libraries that the dynamic loader would not find (ld.so(8)), told without starting a program.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace ci::elf {

struct MissingLibrary {
  std::string object;   // the program or library that needs it: its path as seen from the root
  std::string library;  // its name, or the path of a program's loader
  friend auto operator<=>(const MissingLibrary&, const MissingLibrary&) = default;  // NOLINT(modernize-use-nullptr)
};

// Loads each of `paths` (as seen from `root`) as the dynamic loader would, with all that it needs in turn, and returns
// what would not be found, sorted. A library needs only be found in some folder: RPATH, RUNPATH, ld.so.cache, the
// default folders; LD_LIBRARY_PATH counts for nothing. What is no dynamically linked ELF file is passed over. Links are
// followed as if `root` were "/"; where the kernel cannot do that (before 5.6) it must be. Error: io.
base::Result<std::vector<MissingLibrary>> find_missing_libraries(const std::filesystem::path& root,
                                                                 const std::vector<std::string>& paths);

}  // namespace ci::elf
