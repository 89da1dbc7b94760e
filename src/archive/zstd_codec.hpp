#pragma once
// zstd (RFC 8878) over whole buffers; one object for each thread.
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace ci::archive {

// Whether a frame ends with a checksum of its contents, which every decompressor verifies.
enum class FrameChecksum : std::uint8_t { omit, add };

// The level of the next frame, as the zstd program understands it: 1 to 19, below 0 for faster ones. Asked before each
// frame, by the thread that compresses it.
using Level = std::function<int()>;

inline Level fixed_level(int level) {
  return [level] { return level; };
}

class ZstdCompressor {
 public:
  explicit ZstdCompressor(Level level, FrameChecksum checksum = FrameChecksum::omit);
  ZstdCompressor(ZstdCompressor&&) noexcept;
  ~ZstdCompressor();

  // Returns one frame that holds `raw` and its size, borrowed until the next call. Error: bug (without memory).
  base::Result<std::string_view> compress(std::string_view raw);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

class ZstdDecompressor {
 public:
  ZstdDecompressor();
  ZstdDecompressor(ZstdDecompressor&&) noexcept;
  ~ZstdDecompressor();

  // Returns the contents of the one frame in `compressed`, `raw_size` bytes, borrowed until the next call. Error: data
  // when it is anything but exactly one frame of exactly that size.
  base::Result<std::string_view> decompress(std::string_view compressed, std::size_t raw_size);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace ci::archive
