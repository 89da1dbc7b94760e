#include "base/compressor.hpp"

#include <zstd.h>

#include <string>

namespace ci::base {

struct ZstdStream::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
};

ZstdStream::ZstdStream(int level) : context_(std::make_unique<Context>()) {
  if (context_->zstd != nullptr) ZSTD_CCtx_setParameter(context_->zstd, ZSTD_c_compressionLevel, level);
}

ZstdStream::~ZstdStream() {
  ZSTD_freeCCtx(context_->zstd);
}

Result<bool> ZstdStream::step(std::span<const std::byte>& in, std::span<std::byte>& out, More more) {
  if (context_->zstd == nullptr) return fail(ErrorKind::environment, "no memory to compress");
  ZSTD_inBuffer source{in.data(), in.size(), 0};
  ZSTD_outBuffer target{out.data(), out.size(), 0};
  const auto left =
      ZSTD_compressStream2(context_->zstd, &target, &source, more == More::ended ? ZSTD_e_end : ZSTD_e_continue);
  if (ZSTD_isError(left) != 0) {
    return fail(ErrorKind::environment, std::string("cannot compress: ") + ZSTD_getErrorName(left));
  }
  in = in.subspan(source.pos);
  out = out.subspan(target.pos);
  return in.empty() && (more == More::follows || left == 0);
}

}  // namespace ci::base
