#include "history_store/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "platform/system_error.hpp"

namespace ci::history_store {

base::Result<FileLock> FileLock::take(const std::filesystem::path& path) {
  constexpr mode_t kMode = 0644;
  platform::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kMode));
  if (!file) return base::fail(platform::system_error("cannot open", path, errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(file));
  if (errno == EWOULDBLOCK)
    return base::fail(base::ErrorKind::timeout, path.string() + " is locked by another process");
  return base::fail(platform::system_error("cannot lock", path, errno));
}

}  // namespace ci::history_store
