#pragma once
// A folder below which everything stays: no path, link or ".." leads out of it.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::archive {

// A descriptor, or the error number that says why there is none.
using OpenedFolder = tl::expected<platform::FileDescriptor, int>;

class ConfinedFolder {
 public:
  // Opens `folder` itself, following links on the way to it: the caller chose it. Error: io or permission.
  static base::Result<ConfinedFolder> open(const std::filesystem::path& folder);

  // Opens the folder `path` below this one ("" is this one) with O_PATH: fit for openat(2) and the like. No component
  // may be a symbolic link: the error is then ELOOP or ENOTDIR.
  [[nodiscard]] OpenedFolder open_folder(std::string_view path) const;

 private:
  explicit ConfinedFolder(platform::FileDescriptor folder) : folder_(std::move(folder)) {}
  platform::FileDescriptor folder_;
};

// The folder that was asked for last stays open: neighbours in an archive share theirs. For one thread.
class FolderCursor {
 public:
  explicit FolderCursor(const ConfinedFolder& root) : root_(&root) {}

  // Returns the descriptor of folder `path`, borrowed until the next call, or an error number.
  tl::expected<int, int> folder(std::string_view path);
  // Forgets the open folder.
  void close() { path_.reset(); }

 private:
  const ConfinedFolder* root_;
  std::optional<std::string> path_;
  platform::FileDescriptor folder_;
};

}  // namespace ci::archive
