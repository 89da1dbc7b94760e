#include "delta/dpkg_locks.hpp"

#include <fcntl.h>

#include <cerrno>

#include "delta/capture.hpp"
#include "platform/system_error.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

base::Result<platform::FileDescriptor> lock(const fs::path& file) {
  platform::FileDescriptor descriptor(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor && errno == ENOENT) return descriptor;
  if (!descriptor) return base::fail(platform::system_error("cannot open", file, errno));
  struct flock whole {};
  whole.l_type = F_WRLCK;
  if (::fcntl(descriptor.get(), F_SETLK, &whole) == 0) return descriptor;
  return base::fail(base::ErrorKind::environment, "dpkg is in use by another process (" + file.string() + ")");
}

}  // namespace

base::Result<DpkgLocks> lock_dpkg(const fs::path& root) {
  auto frontend = lock(root / kStatusFolder / "lock-frontend");
  if (!frontend) return base::fail(frontend.error());
  auto database = lock(root / kStatusFolder / "lock");
  if (!database) return base::fail(database.error());
  return DpkgLocks{std::move(*frontend), std::move(*database)};
}

}  // namespace ci::delta
