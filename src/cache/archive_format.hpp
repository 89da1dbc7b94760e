#pragma once
// The format of an entry's archive.
#include <cstdint>

namespace ci::cache {

enum class ArchiveFormat : std::uint8_t {
  native,  // docs/ARCHIVE.md
  tar,     // what GitHub's own client reads and writes (docs/COMPATIBILITY.md)
};

}  // namespace ci::cache
