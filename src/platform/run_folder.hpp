#pragma once
// A folder for one run of this program, which a later run removes if this one is killed.
#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"

namespace ci::platform {

class RunFolder {
 public:
  // Removes the folders below `parent` that killed runs of this user left behind. What cannot be removed stays.
  static void remove_left_behind(const std::filesystem::path& parent);

  // Makes a fresh folder below `parent`, only for this user. Its name tells the `purpose` and has only letters, digits
  // and "-". It is removed, with everything in it, at the end of the object's life. Error: permission, io.
  static base::Result<RunFolder> make(const std::filesystem::path& parent, std::string_view purpose);

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  RunFolder(TemporaryFolder folder, FileDescriptor lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}

  TemporaryFolder folder_;
  FileDescriptor lock_;  // an flock(2) on the folder: this process lives
};

}  // namespace ci::platform
