#include "elf/loaded_files.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "platform/system_error.hpp"

namespace ci::elf {
namespace {

constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // a FIFO in a library's place keeps nobody waiting

}  // namespace

base::Result<LoadedFiles> LoadedFiles::open(const std::filesystem::path& root) {
  platform::FileDescriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return base::fail(platform::system_error("cannot open", root, errno));
  return LoadedFiles(std::move(folder), root == "/" ? Root::real : Root::other);
}

platform::FileDescriptor LoadedFiles::open_file(const std::string& path) const {
  if (real_ == Root::real) return platform::FileDescriptor(::open(path.c_str(), kFlags));
  open_how how{};
  how.flags = kFlags;
  how.resolve = RESOLVE_IN_ROOT;
  int descriptor = -1;
  do {
    descriptor = static_cast<int>(::syscall(SYS_openat2, root_.get(), path.c_str(), &how, sizeof how));
  } while (descriptor < 0 && (errno == EINTR || errno == EAGAIN));
  return platform::FileDescriptor(descriptor);
}

const ElfFile* LoadedFiles::at(const std::string& path) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = files_.find(path); known != files_.end()) return known->second ? &*known->second : nullptr;
  }
  std::optional<ElfFile> file;
  if (const auto descriptor = open_file(path)) {
    if (auto read = read_elf(descriptor.get())) file = std::move(*read);
  }
  const std::lock_guard lock(mutex_);
  const auto& kept = files_.emplace(path, std::move(file)).first->second;
  return kept ? &*kept : nullptr;
}

std::string LoadedFiles::contents(const std::string& path) const {
  const auto file = open_file(path);
  std::string text;
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  constexpr std::size_t kMost = std::size_t{64} << 20;
  while (file && text.size() < kMost) {
    const auto have = text.size();
    text.resize(have + kPiece);
    const auto count = ::read(file.get(), text.data() + have, kPiece);
    if (count < 0 && errno == EINTR) {
      text.resize(have);
      continue;
    }
    text.resize(have + static_cast<std::size_t>(count > 0 ? count : 0));
    if (count <= 0) break;
  }
  return text;
}

}  // namespace ci::elf
