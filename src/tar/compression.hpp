#pragma once
// How GitHub's client compresses: with zstd where the program is installed, else with gzip.
#include <cstdint>

namespace ci::tar {

enum class Compression : std::uint8_t { zstd, gzip };

}  // namespace ci::tar
