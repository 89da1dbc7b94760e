#include "delta/kept_file.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "archive/temporary_name.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::delta {
namespace {

using platform::FileDescriptor;

int copy_link(const Place& from, const struct stat& status, const Place& to) {
  std::array<char, 4097> target{};
  const auto size = ::readlinkat(from.folder, from.name.c_str(), target.data(), target.size() - 1);
  if (size < 0 || ::symlinkat(target.data(), to.folder, to.name.c_str()) != 0 ||
      ::fchownat(to.folder, to.name.c_str(), status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno;
  }
  return 0;
}

int copy_contents(int in, int out, off_t size) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  for (off_t left = size; left > 0;) {
    const auto count = ::sendfile(out, in, nullptr, kPiece);
    if (count < 0) return errno;
    if (count == 0) break;
    left -= count;
  }
  return 0;
}

int copy(const Place& from, const Place& to) {
  struct stat status {};
  if (::fstatat(from.folder, from.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  if (S_ISLNK(status.st_mode)) return copy_link(from, status, to);
  if (!S_ISREG(status.st_mode)) return EINVAL;
  const FileDescriptor in(::openat(from.folder, from.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!in) return errno;
  const FileDescriptor out(
      ::openat(to.folder, to.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!out) return errno;
  if (const int error = copy_contents(in.get(), out.get(), status.st_size); error != 0) return error;
  const timespec times[2] = {status.st_atim, status.st_mtim};
  const bool done = ::fchown(out.get(), status.st_uid, status.st_gid) == 0 &&
                    ::fchmod(out.get(), status.st_mode & 07777) == 0 && ::futimens(out.get(), times) == 0;
  return done ? 0 : errno;
}

}  // namespace

int keep_file(const Place& from, const Place& to) {
  if (::linkat(from.folder, from.name.c_str(), to.folder, to.name.c_str(), 0) == 0) return 0;
  if (const int error = copy(from, to); error != 0) {
    ::unlinkat(to.folder, to.name.c_str(), 0);
    return error;
  }
  return 0;
}

int put_file_back(const Place& from, const Place& to) {
  if (::renameat(from.folder, from.name.c_str(), to.folder, to.name.c_str()) == 0) return 0;
  if (errno != EXDEV) return errno;
  const Place next{to.folder, archive::TemporaryNames().next()};
  if (const int error = copy(from, next); error != 0) return error;
  if (::renameat(next.folder, next.name.c_str(), to.folder, to.name.c_str()) != 0) return errno;
  return ::unlinkat(from.folder, from.name.c_str(), 0) == 0 ? 0 : errno;
}

}  // namespace ci::delta
