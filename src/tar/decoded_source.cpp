#include "tar/decoded_source.hpp"

#include <string_view>

namespace ci::tar {
namespace {

// RFC 8878, 3.1.1 and 3.1.2 (skippable frames); RFC 1952, 2.3.1.
base::Compression compression_of(std::string_view start) {
  if (start.starts_with("\x28\xB5\x2F\xFD")) return base::Compression::zstd;
  if (start.size() >= 4 && (start[0] & 0xF0) == 0x50 && start.substr(1).starts_with("\x2A\x4D\x18")) {
    return base::Compression::zstd;
  }
  if (start.starts_with("\x1F\x8B")) return base::Compression::gzip;
  return base::Compression::none;
}

}  // namespace

base::Result<void> DecodedSource::refill() {
  if (!rest_.empty()) return {};
  const auto count = source_.read(input_);
  if (!count) return base::fail(count.error());
  taken_ += *count;
  rest_ = std::as_bytes(std::span(input_).first(*count));
  return {};
}

base::Result<void> DecodedSource::choose() {
  constexpr std::size_t kMagic = 4;
  std::size_t filled = 0;
  while (filled < kMagic) {
    const auto count = source_.read(std::span(input_).subspan(filled));
    if (!count) return base::fail(count.error());
    if (*count == 0) break;
    filled += *count;
  }
  taken_ += filled;
  rest_ = std::as_bytes(std::span(input_).first(filled));
  decompressor_ = base::make_decompressor(compression_of({input_.data(), filled}));
  return {};
}

base::Result<std::size_t> DecodedSource::read(std::span<char> buffer) {
  if (!decompressor_) {
    if (auto good = choose(); !good) return base::fail(good.error());
  }
  auto out = std::as_writable_bytes(buffer);
  while (!out.empty() && !finished_) {
    if (auto good = refill(); !good) return base::fail(good.error());
    const auto state = decompressor_->step(rest_, out);
    if (!state) return base::fail(state.error());
    finished_ = *state == base::Decompressor::State::finished;
  }
  return buffer.size() - out.size();
}

}  // namespace ci::tar
