#pragma once
// Files, whole and atomically. The filesystem itself is real in every test.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace ci::platform {

// Returns the contents of a file of at most `limit` bytes. Error: io, permission.
base::Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{64} << 20);

// Puts `contents` in place of `path` in one step: readers see the old file or the whole new one. Makes missing
// folders. Error: io, permission; the old file is then untouched.
base::Result<void> write_file(const std::filesystem::path& path, std::string_view contents);

// The same, and every user may read it, whatever the umask.
base::Result<void> write_public_file(const std::filesystem::path& path, std::string_view contents);

// Appends `contents` to `path` in one write. Error: io, permission.
base::Result<void> append_file(const std::filesystem::path& path, std::string_view contents);

// Gives `path` this time of its last change and of its last reading: nanoseconds since 1970, which may be negative. A
// link gets it itself. Error: io, permission.
base::Result<void> set_time(const std::filesystem::path& path, std::int64_t nanoseconds);

// A fresh folder, removed with everything in it at the end of the object's life.
class TemporaryFolder {
 public:
  // Makes a folder named `prefix`XXXXXX (mode 0700) below `parent`. Error: io, permission.
  static base::Result<TemporaryFolder> make(const std::filesystem::path& parent, std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Leaves the folder where it is; path() is empty then.
  void release() { path_.clear(); }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace ci::platform
