#include "platform/filesystem.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>

#include "base/ids.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

constexpr mode_t kFileMode = 0644;  // before the umask

// Writes all of `contents`; returns 0 or the error number.
int write_all(int descriptor, std::string_view contents) {
  while (!contents.empty()) {
    const auto written = ::write(descriptor, contents.data(), contents.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

base::Result<std::string> read_file(const fs::path& path, std::size_t limit) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return fail(system_error("cannot read", path, errno));
  std::string contents;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("cannot read", path, errno));
    if (got == 0) return contents;
    contents.append(buffer.data(), static_cast<std::size_t>(got));
    if (contents.size() > limit) {
      return fail(ErrorKind::io, fmt::format("cannot read {}: longer than {} bytes", path.string(), limit));
    }
  }
}

namespace {

enum class Readers { of_umask, everyone };

base::Result<void> put_file(const fs::path& path, std::string_view contents, Readers readers) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (error) return fail(system_error("cannot make folder", path.parent_path(), error.value()));

  // A name of its own beside the target, so that rename(2) stays on one filesystem and two writers do not meet.
  const fs::path fresh = path.parent_path() / fmt::format(".{}.{}", path.filename().string(), base::random_hex(8));
  int wrong = 0;
  {
    const FileDescriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
    if (!file) return fail(system_error("cannot write", path, errno));
    wrong = write_all(file.get(), contents);
    if (wrong == 0 && readers == Readers::everyone && ::fchmod(file.get(), kFileMode) != 0) wrong = errno;
  }
  if (wrong == 0 && ::rename(fresh.c_str(), path.c_str()) != 0) wrong = errno;
  if (wrong == 0) return {};
  ::unlink(fresh.c_str());
  return fail(system_error("cannot write", path, wrong));
}

}  // namespace

base::Result<void> write_file(const fs::path& path, std::string_view contents) {
  return put_file(path, contents, Readers::of_umask);
}

base::Result<void> write_public_file(const fs::path& path, std::string_view contents) {
  return put_file(path, contents, Readers::everyone);
}

base::Result<void> append_file(const fs::path& path, std::string_view contents) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kFileMode));
  if (!file) return fail(system_error("cannot write", path, errno));
  if (const int wrong = write_all(file.get(), contents); wrong != 0)
    return fail(system_error("cannot write", path, wrong));
  return {};
}

base::Result<void> set_time(const fs::path& path, std::int64_t nanoseconds) {
  const std::chrono::nanoseconds since(nanoseconds);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);  // what is left must not be negative
  const timespec time{.tv_sec = seconds.count(), .tv_nsec = (since - seconds).count()};
  const std::array<timespec, 2> times{time, time};
  if (::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) != 0)
    return fail(system_error("cannot set the time of", path, errno));
  return {};
}

base::Result<TemporaryFolder> TemporaryFolder::make(const fs::path& parent, std::string_view prefix) {
  std::string name = (parent / prefix).string() + "XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return fail(system_error("cannot make a folder in", parent, errno));
  return TemporaryFolder(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;  // nobody is left to tell
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace ci::platform
