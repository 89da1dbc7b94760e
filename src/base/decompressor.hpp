#pragma once
// Decompression of one stream, step by step, in the formats that a Debian package may have.
#include <cstddef>
#include <memory>
#include <span>

#include "base/result.hpp"

namespace ci::base {

enum class Compression { none, gzip, xz, zstd };

class Decompressor {
 public:
  enum class State { more, finished };

  virtual ~Decompressor() = default;

  // Decompresses from the front of `in` to the front of `out` and takes what it used off both. `in` must be empty only
  // at the end of the input. Returns `finished` when the whole stream has been given out. Error: data (damaged, cut
  // short, or asking for more memory than kMemoryLimit); environment when memory is short.
  virtual Result<State> step(std::span<const std::byte>& in, std::span<std::byte>& out) = 0;

  // The most memory in bytes that a stream may ask for: twice what the strongest usual setting (xz -9) needs.
  static constexpr std::size_t kMemoryLimit = std::size_t{128} << 20;
};

std::unique_ptr<Decompressor> make_decompressor(Compression compression);

}  // namespace ci::base
