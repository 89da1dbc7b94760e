#pragma once
// gzip (RFC 1952) over whole buffers; one object for each thread.
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace ci::tar {

class GzipCompressor {
 public:
  GzipCompressor();
  GzipCompressor(GzipCompressor&&) noexcept;
  ~GzipCompressor();

  // Returns one gzip member that holds `raw`, as the gzip program makes by itself (level 6, no name, no time), borrowed
  // until the next call. Members may follow one another. Error: bug (without memory).
  base::Result<std::string_view> compress(std::string_view raw);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace ci::tar
