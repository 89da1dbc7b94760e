#include "archive/confined_folder.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "platform/system_error.hpp"

namespace ci::archive {
namespace {

constexpr int kFolderFlags = O_PATH | O_DIRECTORY | O_CLOEXEC;

// openat2(2), which glibc does not wrap. -1 and errno as usual.
int open_beneath(int folder, const std::string& path) {
  open_how how{};
  how.flags = kFolderFlags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  int descriptor = -1;
  do {
    descriptor = static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how));
  } while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
  return descriptor;
}

// The same for kernels before 5.6 and sandboxes that refuse openat2: one component after the other.
OpenedFolder open_by_component(int folder, std::string_view path) {
  platform::FileDescriptor current;
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string name(path.substr(start, end - start));
    if (name == "..") return tl::unexpected<int>(EXDEV);
    const int from = current ? current.get() : folder;
    platform::FileDescriptor next(::openat(from, name.c_str(), kFolderFlags | O_NOFOLLOW));
    if (!next) return tl::unexpected<int>(errno);
    current = std::move(next);
    start = end + 1;
  }
  return current;
}

}  // namespace

base::Result<ConfinedFolder> ConfinedFolder::open(const std::filesystem::path& folder) {
  platform::FileDescriptor descriptor(::open(folder.c_str(), kFolderFlags));
  if (!descriptor) return base::fail(platform::system_error("cannot open the folder", folder.string(), errno));
  return ConfinedFolder(std::move(descriptor));
}

OpenedFolder ConfinedFolder::open_folder(std::string_view path) const {
  const std::string name(path.empty() ? "." : path);
  platform::FileDescriptor descriptor(open_beneath(folder_.get(), name));
  if (descriptor) return descriptor;
  if (errno == ENOSYS || errno == EPERM) return open_by_component(folder_.get(), name);
  return tl::unexpected<int>(errno);
}

tl::expected<int, int> FolderCursor::folder(std::string_view path) {
  if (path_ && *path_ == path) return folder_.get();
  auto opened = root_->open_folder(path);
  if (!opened) return tl::unexpected<int>(opened.error());
  folder_ = std::move(*opened);
  path_ = path;
  return folder_.get();
}

}  // namespace ci::archive
