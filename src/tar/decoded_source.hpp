#pragma once
// The plain bytes of a stream that is compressed with zstd or gzip, or not at all.
#include <memory>
#include <span>
#include <vector>

#include "archive/byte_stream.hpp"
#include "base/decompressor.hpp"

namespace ci::tar {

class DecodedSource final : public archive::ByteSource {
 public:
  explicit DecodedSource(archive::ByteSource& source) : source_(source), input_(kInput) {}

  // Fills all of `buffer` unless the end comes first. What the stream's first bytes say decides how it is read. Error:
  // data (damaged, cut short), and the source's own.
  base::Result<std::size_t> read(std::span<char> buffer) override;

  // How many bytes were taken from the source.
  [[nodiscard]] std::uint64_t taken() const { return taken_; }

 private:
  static constexpr std::size_t kInput = std::size_t{256} << 10;

  base::Result<void> refill();  // rest_, when it is empty; it stays so at the end
  base::Result<void> choose();

  archive::ByteSource& source_;
  std::vector<char> input_;
  std::span<const std::byte> rest_{};  // of input_, not yet decompressed
  std::uint64_t taken_ = 0;
  std::unique_ptr<base::Decompressor> decompressor_;
  bool finished_ = false;
};

}  // namespace ci::tar
