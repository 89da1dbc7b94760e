#pragma once
// A folder for the .debs of one run, which a later run removes if this one is killed.
#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {

// Where these folders are: on disk, since memory may be all that /tmp has.
inline constexpr char kDebFolders[] = "/var/tmp";
// Where they are while archives are downloaded, unless apt is told otherwise: from there a rename puts one into apt's
// cache.
inline constexpr char kDownloadFolders[] = "/var/cache/apt/archives";

class DebFolder {
 public:
  // Removes the folders below `parent` that killed runs of this user left behind. What cannot be removed stays.
  static void remove_left_behind(const std::filesystem::path& parent);

  // Makes a fresh folder below `parent`. Everyone may read it, since apt reads archives as a user of its own; only this
  // user may write to it, and its name has only letters, digits and "-". Error: io.
  static base::Result<DebFolder> make(const std::filesystem::path& parent);

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  DebFolder(platform::TemporaryFolder folder, platform::FileDescriptor lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  platform::TemporaryFolder folder_;
  platform::FileDescriptor lock_;  // an flock(2) on the folder: this process lives
};

}  // namespace ci::apt
