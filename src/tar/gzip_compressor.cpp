#include "tar/gzip_compressor.hpp"

#include <zlib.h>

#include <string>

namespace ci::tar {

struct GzipCompressor::Context {
  Context() { ready = deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK; }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { deflateEnd(&stream); }

  z_stream stream{};
  bool ready = false;
  std::string out;  // keeps its size
};

GzipCompressor::GzipCompressor() : context_(std::make_unique<Context>()) {}
GzipCompressor::GzipCompressor(GzipCompressor&&) noexcept = default;
GzipCompressor::~GzipCompressor() = default;

base::Result<std::string_view> GzipCompressor::compress(std::string_view raw) {
  z_stream& stream = context_->stream;
  if (!context_->ready || deflateReset(&stream) != Z_OK)
    return base::fail(base::ErrorKind::bug, "cannot compress: gzip");
  const std::size_t bound = deflateBound(&stream, raw.size());
  if (context_->out.size() < bound) context_->out.resize(bound);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
  stream.avail_in = static_cast<uInt>(raw.size());
  stream.next_out = reinterpret_cast<Bytef*>(context_->out.data());
  stream.avail_out = static_cast<uInt>(bound);
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return base::fail(base::ErrorKind::bug, "cannot compress: gzip");
  return std::string_view(context_->out).substr(0, bound - stream.avail_out);
}

}  // namespace ci::tar
