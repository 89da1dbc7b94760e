#pragma once
// Where in a .deb file its contents lie: an ar archive of debian-binary, control.tar* and data.tar* (deb(5)).
#include <cstdint>
#include <string>

#include "base/decompressor.hpp"
#include "base/result.hpp"

namespace ci::apt {

struct DebMember {
  std::int64_t offset = 0;  // of its first byte in the file
  std::int64_t size = 0;    // compressed
  base::Compression compression = base::Compression::none;
};

// Finds the member data.tar* of the .deb that `descriptor` has open. Error: data when the file is no such archive or is
// compressed in a way that is not known here (bzip2, lzma), io when it cannot be read.
base::Result<DebMember> find_data_member(int descriptor);

}  // namespace ci::apt
