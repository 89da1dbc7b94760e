#include "apt/spool_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace ci::apt {
namespace {

// Not every file system knows files that never had a name.
int open_unnamed(const std::filesystem::path& folder) {
  const int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  std::string name = (folder / "ci-optimizer-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

}  // namespace

SpoolFile::SpoolFile(const std::filesystem::path& folder, std::size_t bytes) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return;
  file_.reset(open_unnamed(folder));
  if (file_) limit_ = std::min<std::uint64_t>(bytes, space.available / 4);
}

std::optional<std::int64_t> SpoolFile::reserve(std::size_t size) {
  if (limit_ < used_ || size > limit_ - used_) return std::nullopt;
  used_ += size;
  return static_cast<std::int64_t>(used_ - size);
}

bool SpoolFile::write(std::int64_t at, std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const auto count = ::pwrite(file_.get(), bytes.data(), bytes.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool SpoolFile::read(std::int64_t at, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const auto count = ::pread(file_.get(), bytes.data(), bytes.size(), at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace ci::apt
