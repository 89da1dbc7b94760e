#include "cache/directory_entries.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "platform/file_descriptor.hpp"

namespace ci::cache {
namespace {

constexpr std::size_t kBlockBytes = 32768;

// The fixed part of what getdents64(2) writes for each entry; the name follows, ended by a zero byte.
struct EntryHeader {
  std::uint64_t inode;
  std::int64_t offset;
  std::uint16_t length;
  std::uint8_t type;
};
constexpr std::size_t kNameOffset = offsetof(EntryHeader, type) + 1;

}  // namespace

int DirectoryEntries::read(const std::string& path) {
  const platform::FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return errno;
  std::unique_ptr<char[]> block;
  for (;;) {
    if (!block) block.reset(new char[kBlockBytes]);
    const long got = ::syscall(SYS_getdents64, directory.get(), block.get(), kBlockBytes);
    if (got < 0) return errno;
    if (got == 0) break;
    for (long at = 0; at < got;) {
      EntryHeader header{};
      std::memcpy(&header, block.get() + at, kNameOffset);
      const std::string_view name(block.get() + at + kNameOffset);
      if (name != "." && name != "..") entries_.push_back({name, header.type});
      at += header.length;
    }
    blocks_.push_back(std::move(block));
  }
  std::sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return 0;
}

}  // namespace ci::cache
