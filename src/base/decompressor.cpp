#include "base/decompressor.hpp"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

namespace ci::base {
namespace {

using State = Decompressor::State;

tl::unexpected<Error> cut_short() {
  return fail(ErrorKind::data, "the compressed data ends too early");
}

class Copy : public Decompressor {
 public:
  Result<State> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    if (in.empty()) return State::finished;
    const std::size_t count = std::min(in.size(), out.size());
    std::memcpy(out.data(), in.data(), count);
    in = in.subspan(count);
    out = out.subspan(count);
    return State::more;
  }
};

class Gzip : public Decompressor {
 public:
  Gzip() { ready_ = inflateInit2(&stream_, MAX_WBITS + 16) == Z_OK; }
  ~Gzip() override { inflateEnd(&stream_); }

  Result<State> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    if (!ready_) return fail(ErrorKind::environment, "no memory to decompress gzip");
    if (between_members_) {
      if (in.empty()) return State::finished;
      inflateReset(&stream_);
      between_members_ = false;
    }
    const auto given = static_cast<uInt>(std::min<std::size_t>(in.size(), std::numeric_limits<uInt>::max()));
    const auto room = static_cast<uInt>(std::min<std::size_t>(out.size(), std::numeric_limits<uInt>::max()));
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = room;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    const bool moved = stream_.avail_in < given || stream_.avail_out < room;
    in = in.subspan(given - stream_.avail_in);
    out = out.subspan(room - stream_.avail_out);
    if (code == Z_STREAM_END) {
      between_members_ = true;
      return State::more;
    }
    if (code == Z_OK || (code == Z_BUF_ERROR && moved)) return State::more;
    if (code == Z_BUF_ERROR) return cut_short();
    return fail(ErrorKind::data, "the gzip data is damaged");
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
  bool between_members_ = false;  // another member may follow
};

class Xz : public Decompressor {
 public:
  Xz() { ready_ = lzma_stream_decoder(&stream_, kMemoryLimit, LZMA_CONCATENATED) == LZMA_OK; }
  ~Xz() override { lzma_end(&stream_); }

  Result<State> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    if (!ready_) return fail(ErrorKind::environment, "no memory to decompress xz");
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret code = lzma_code(&stream_, in.empty() ? LZMA_FINISH : LZMA_RUN);
    in = in.subspan(in.size() - stream_.avail_in);
    out = out.subspan(out.size() - stream_.avail_out);
    if (code == LZMA_STREAM_END) return State::finished;
    if (code == LZMA_OK) return State::more;
    if (code == LZMA_BUF_ERROR) return cut_short();
    if (code == LZMA_MEMLIMIT_ERROR) return fail(ErrorKind::data, "the xz data asks for too much memory");
    if (code == LZMA_MEM_ERROR) return fail(ErrorKind::environment, "no memory to decompress xz");
    return fail(ErrorKind::data, "the xz data is damaged");
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
};

class Zstd : public Decompressor {
 public:
  Zstd() : context_(ZSTD_createDCtx()) {
    if (context_ != nullptr) ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kWindowLog);
  }
  ~Zstd() override { ZSTD_freeDCtx(context_); }

  Result<State> step(std::span<const std::byte>& in, std::span<std::byte>& out) override {
    if (context_ == nullptr) return fail(ErrorKind::environment, "no memory to decompress zstd");
    // Several frames may follow one another; only the end of the input between two of them ends the stream.
    if (in.empty() && wanted_ == 0 && started_) return State::finished;
    ZSTD_inBuffer source{in.data(), in.size(), 0};
    ZSTD_outBuffer target{out.data(), out.size(), 0};
    wanted_ = ZSTD_decompressStream(context_, &target, &source);
    if (ZSTD_isError(wanted_) != 0) {
      return fail(ErrorKind::data, std::string("the zstd data is damaged: ") + ZSTD_getErrorName(wanted_));
    }
    if (in.empty() && target.pos == 0) return cut_short();
    started_ = true;
    in = in.subspan(source.pos);
    out = out.subspan(target.pos);
    return State::more;
  }

 private:
  static constexpr int kWindowLog = 27;  // 2^27 bytes: kMemoryLimit
  ZSTD_DCtx* context_;
  std::size_t wanted_ = 0;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Decompressor> make_decompressor(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return std::make_unique<Gzip>();
    case Compression::xz:
      return std::make_unique<Xz>();
    case Compression::zstd:
      return std::make_unique<Zstd>();
    case Compression::none:
      break;
  }
  return std::make_unique<Copy>();
}

}  // namespace ci::base
