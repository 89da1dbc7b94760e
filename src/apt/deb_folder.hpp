#pragma once
// A folder for the .debs of one run, which a later run removes if this one is killed.
#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {

class DebFolder {
 public:
  // Makes a fresh folder below `parent`, first removing those there that killed runs of this user left behind. Everyone
  // may read it, since apt reads archives as a user of its own; only this user may write to it, and its name has only
  // letters, digits and "-". Error: io.
  static base::Result<DebFolder> make(const std::filesystem::path& parent);

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  DebFolder(platform::TemporaryFolder folder, platform::FileDescriptor lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  platform::TemporaryFolder folder_;
  platform::FileDescriptor lock_;  // an flock(2) on the folder: this process lives
};

}  // namespace ci::apt
