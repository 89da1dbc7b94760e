#pragma once
// Where in a .deb file its parts lie: an ar archive of debian-binary, control.tar* and data.tar* (deb(5)).
#include <cstdint>
#include <string>

#include "base/decompressor.hpp"
#include "base/result.hpp"

namespace ci::apt {

struct DebMember {
  std::int64_t header = 0;  // offset of its header in the file
  std::int64_t offset = 0;  // of its first byte in the file
  std::int64_t size = 0;    // compressed
  base::Compression compression = base::Compression::none;
};

inline constexpr std::size_t kArHeaderSize = 60;  // ar(5)

// Finds the member data.tar* of the .deb that `descriptor` has open. Error: data when the file is no such archive or is
// compressed in a way that is not known here (bzip2, lzma), io when it cannot be read.
base::Result<DebMember> find_data_member(int descriptor);

// The same for control.tar*.
base::Result<DebMember> find_control_member(int descriptor);

// Returns the header of a member `name` of `size` bytes, kArHeaderSize bytes long.
std::string ar_header(const std::string& name, std::int64_t size);

// Reads `size` bytes at `offset` of an open file; fewer only at its end. Error: io.
base::Result<std::string> read_at(int descriptor, std::int64_t offset, std::size_t size);

}  // namespace ci::apt
