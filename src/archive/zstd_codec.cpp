#include "archive/zstd_codec.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <cstddef>

namespace ci::archive {
namespace {

using base::ErrorKind;
using base::fail;

// Memory that grows and is not filled first: a vector's zeros would cost as much as a copy.
class Buffer {
 public:
  char* of_size(std::size_t size) {
    if (size > size_) {
      bytes_ = std::make_unique_for_overwrite<char[]>(size);
      size_ = size;
    }
    return bytes_.get();
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace

struct ZstdCompressor::Context {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> zstd{ZSTD_createCCtx(), &ZSTD_freeCCtx};
  Buffer out;
  Level level;
};

ZstdCompressor::ZstdCompressor(Level level, FrameChecksum checksum) : context_(std::make_unique<Context>()) {
  context_->level = std::move(level);
  ZSTD_CCtx_setParameter(context_->zstd.get(), ZSTD_c_checksumFlag, checksum == FrameChecksum::add ? 1 : 0);
}
ZstdCompressor::ZstdCompressor(ZstdCompressor&&) noexcept = default;
ZstdCompressor::~ZstdCompressor() = default;

base::Result<std::string_view> ZstdCompressor::compress(std::string_view raw) {
  const std::size_t bound = ZSTD_compressBound(raw.size());
  char* out = context_->out.of_size(bound);
  ZSTD_CCtx_setParameter(context_->zstd.get(), ZSTD_c_compressionLevel, context_->level());
  const std::size_t size = ZSTD_compress2(context_->zstd.get(), out, bound, raw.data(), raw.size());
  if (ZSTD_isError(size) != 0) return fail(ErrorKind::bug, fmt::format("cannot compress: {}", ZSTD_getErrorName(size)));
  return std::string_view(out, size);
}

struct ZstdDecompressor::Context {
  std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> zstd{ZSTD_createDCtx(), &ZSTD_freeDCtx};
  Buffer out;
};

ZstdDecompressor::ZstdDecompressor() : context_(std::make_unique<Context>()) {}
ZstdDecompressor::ZstdDecompressor(ZstdDecompressor&&) noexcept = default;
ZstdDecompressor::~ZstdDecompressor() = default;

base::Result<std::string_view> ZstdDecompressor::decompress(std::string_view compressed, std::size_t raw_size) {
  if (ZSTD_getFrameContentSize(compressed.data(), compressed.size()) != raw_size ||
      ZSTD_findFrameCompressedSize(compressed.data(), compressed.size()) != compressed.size()) {
    return fail(ErrorKind::data, "the archive is damaged: a frame is not of the size that its header says");
  }
  char* out = context_->out.of_size(raw_size);
  const std::size_t size =
      ZSTD_decompressDCtx(context_->zstd.get(), out, raw_size, compressed.data(), compressed.size());
  if (ZSTD_isError(size) != 0) {
    return fail(ErrorKind::data, fmt::format("the archive is damaged: {}", ZSTD_getErrorName(size)));
  }
  if (size != raw_size) return fail(ErrorKind::data, "the archive is damaged: a frame is short");
  return std::string_view(out, size);
}

}  // namespace ci::archive
