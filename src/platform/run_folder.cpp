#include "platform/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

namespace ci::platform {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = "ci-optimizer-run-";
constexpr int kTries = 3;

FileDescriptor open_folder(const fs::path& path) {
  return FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Locks the open folder, unless another process has it.
bool lock(const FileDescriptor& folder) {
  return ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

void RunFolder::remove_left_behind(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator entry(parent, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->path().filename().string().starts_with(kPrefix)) continue;
    const auto folder = open_folder(entry->path());
    struct stat status {};
    if (!folder || ::fstat(folder.get(), &status) != 0 || status.st_uid != ::geteuid() || !lock(folder)) continue;
    std::error_code ignored;
    fs::remove_all(entry->path(), ignored);
  }
}

base::Result<RunFolder> RunFolder::make(const fs::path& parent, std::string_view purpose) {
  for (int left = kTries; left > 0; --left) {
    auto folder = TemporaryFolder::make(parent, fmt::format("{}{}-", kPrefix, purpose));
    if (!folder) return base::fail(folder.error());
    auto descriptor = open_folder(folder->path());
    // Between its making and its locking another run may have taken it for one left behind.
    struct stat status {};
    if (!descriptor || !lock(descriptor) || ::fstat(descriptor.get(), &status) != 0 || status.st_nlink == 0) continue;
    return RunFolder(std::move(*folder), std::move(descriptor));
  }
  return base::fail(base::ErrorKind::io, "cannot keep a folder in " + parent.string());
}

}  // namespace ci::platform
