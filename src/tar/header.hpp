#pragma once
// The 512-byte header of a tar member: ustar (POSIX.1-2017, pax, "ustar Interchange Format") with GNU tar's binary
// numbers.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ci::tar {

inline constexpr std::size_t kBlock = 512;

// Type flags, beside 'S' and the like, which are not read.
inline constexpr char kFile = '0';
inline constexpr char kHardLink = '1';
inline constexpr char kSymlink = '2';
inline constexpr char kDirectory = '5';
inline constexpr char kPaxHeader = 'x';
inline constexpr char kPaxGlobal = 'g';
inline constexpr char kGnuLongName = 'L';
inline constexpr char kGnuLongLink = 'K';

struct Header {
  std::string name{};
  std::string link{};
  char type = kFile;
  std::uint32_t mode = 0;  // permission bits, at most 07777
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;  // bytes of contents that follow
  std::int64_t mtime = 0;  // seconds since 1970
  friend bool operator==(const Header&, const Header&) = default;
};

// Reads one block. Nothing when it is all zeros, as at the end. Error: data (wrong checksum, a number that is none).
base::Result<std::optional<Header>> decode_header(std::string_view block);

// The largest numbers that fit a header without extension.
inline constexpr std::uint64_t kMostId = 07777777;
inline constexpr std::uint64_t kMostSize = 077777777777;
inline constexpr std::size_t kMostName = 100;  // bytes of name and link

// Returns the block of `header`, whose fields must fit: names are cut, numbers above their limit are written as 0. What
// does not fit is said by a pax header before it (pax.hpp). Owners are numbers only.
std::string encode_header(const Header& header);

// Returns how many zeros follow `size` bytes of contents, so that the next header begins a block.
constexpr std::size_t padding_after(std::uint64_t size) {
  return static_cast<std::size_t>((kBlock - size % kBlock) % kBlock);
}

}  // namespace ci::tar
