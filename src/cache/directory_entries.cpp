#include "cache/directory_entries.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "platform/file_descriptor.hpp"
#include "platform/raw_directory.hpp"

namespace ci::cache {
namespace {

constexpr std::size_t kBlockBytes = 32768;

}  // namespace

int DirectoryEntries::read(const std::string& path) {
  const platform::FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return errno;
  std::unique_ptr<char[]> block;
  for (;;) {
    if (!block) block.reset(new char[kBlockBytes]);
    const long got = platform::read_directory(directory.get(), {block.get(), kBlockBytes});
    if (got < 0) return errno;
    if (got == 0) break;
    platform::for_each_entry({block.get(), static_cast<std::size_t>(got)}, [this](const platform::RawEntry& entry) {
      entries_.push_back({entry.name, entry.type});
    });
    blocks_.push_back(std::move(block));
  }
  std::sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return 0;
}

}  // namespace ci::cache
