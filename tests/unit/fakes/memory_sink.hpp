#pragma once
// An archive's bytes kept in memory.
#include <string>
#include <string_view>

#include "archive/byte_stream.hpp"

namespace ci::test {

class MemorySink final : public archive::ByteSink {
 public:
  base::Result<void> write(std::string_view bytes) override {
    contents.append(bytes);
    return {};
  }
  std::string contents;
};

}  // namespace ci::test
