#pragma once
// Compression of one stream, step by step, as zstd (RFC 8878).
#include <cstddef>
#include <memory>
#include <span>

#include "base/result.hpp"

namespace ci::base {

class ZstdStream {
 public:
  // `level` as the zstd program understands it. One stream after another may be made with one object.
  explicit ZstdStream(int level);
  ZstdStream(const ZstdStream&) = delete;
  ZstdStream& operator=(const ZstdStream&) = delete;
  ~ZstdStream();

  enum class More { follows, ended };

  // Compresses from the front of `in` to the front of `out` and takes what it used off both. Returns whether it is
  // done: everything of `in` is taken and, with More::ended, the stream is closed. Otherwise it wants more room. Error:
  // environment when memory is short.
  Result<bool> step(std::span<const std::byte>& in, std::span<std::byte>& out, More more);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace ci::base
