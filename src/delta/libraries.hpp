#pragma once
// Whether what was installed can be loaded.
#include <filesystem>
#include <string>
#include <vector>

#include "archive/manifest.hpp"
#include "base/result.hpp"
#include "delta/changes.hpp"
#include "elf/missing_libraries.hpp"

namespace ci::delta {

// Returns what the programs and libraries among `changes` lack after a real installation: nobody's fault, but to be
// known when the same lack is seen after a restore. Error: io.
base::Result<std::vector<elf::MissingLibrary>> missing_libraries(const std::filesystem::path& root,
                                                                 const Changes& changes);

// The same for an archive's members, without what is among `known` (sorted).
base::Result<std::vector<elf::MissingLibrary>> missing_libraries(const std::filesystem::path& root,
                                                                 const archive::ArchiveListing& listing,
                                                                 const std::vector<elf::MissingLibrary>& known);

// Returns what of `missing` (sorted) still is. Error: io.
base::Result<std::vector<elf::MissingLibrary>> still_missing(const std::filesystem::path& root,
                                                             const std::vector<elf::MissingLibrary>& missing);

// Returns the names of the packages, by dpkg's lists, that have a file of the library's name, else those that have the
// object: whose installation done again may mend it. Sorted.
std::vector<std::string> packages_of(const std::filesystem::path& root,
                                     const std::vector<elf::MissingLibrary>& missing);

}  // namespace ci::delta
