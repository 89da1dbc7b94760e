#pragma once
// Which names in a tar archive mean which places below the declared folders.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "archive/target_folders.hpp"
#include "base/result.hpp"

namespace ci::tar {

// A place below a declared folder.
struct Place {
  std::uint16_t root = 0;  // which of the declared folders
  std::string path{};      // relative to it, as archive::Member has it; "" for the folder itself
};

// Names are relative to the workspace, often with leading "..", or absolute: `tar -P -C WORKSPACE` writes both.
class DeclaredPlaces {
 public:
  // All folders must be absolute paths.
  DeclaredPlaces(const std::filesystem::path& workspace, std::vector<archive::TargetRoot> roots);

  // Returns where `name` belongs. Error: data: nobody declared that place, or it has a ".." after a folder's name, or
  // is no path.
  [[nodiscard]] base::Result<Place> place_of(std::string_view name) const;

 private:
  std::string workspace_;
  std::vector<archive::TargetRoot> roots_;
  std::vector<std::string> folders_;  // of roots_, without "." and ".."; "" for the root of the file system
};

}  // namespace ci::tar
