#pragma once
// The entries of a directory as the kernel writes them (getdents64(2)), without a copy of the names. Inline: the sweep
// and the search for files spend much of their time here.
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace ci::platform {

struct RawEntry {
  std::string_view name;  // lies in the records; a zero byte follows it
  std::uint64_t inode = 0;
  unsigned char type = 0;  // DT_REG, DT_DIR, DT_LNK, ... or DT_UNKNOWN
};

// Writes the next records of the open `directory` to `buffer`. Returns their bytes, 0 at the end, or -1 and errno set.
inline long read_directory(int directory, std::span<char> buffer) {
  return ::syscall(SYS_getdents64, directory, buffer.data(), buffer.size());
}

// Calls `visit` with each entry in `records`, whole calls of read_directory one after the other; not with "." and "..".
template <class Visit>
void for_each_entry(std::span<const char> records, Visit visit) {
  struct Header {
    std::uint64_t inode;
    std::int64_t offset;
    std::uint16_t length;
    std::uint8_t type;
  };
  constexpr std::size_t kNameOffset = offsetof(Header, type) + 1;
  for (std::size_t at = 0; at < records.size();) {
    Header header{};
    std::memcpy(&header, records.data() + at, kNameOffset);
    const std::string_view name(records.data() + at + kNameOffset);
    at += header.length;
    if (name != "." && name != "..") visit(RawEntry{name, header.inode, header.type});
  }
}

}  // namespace ci::platform
