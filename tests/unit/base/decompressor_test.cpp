#include "base/decompressor.hpp"

#include <gtest/gtest.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <array>
#include <string>
#include <vector>

namespace ci::base {
namespace {

std::string text_of(std::size_t size) {
  std::string text;
  for (std::size_t line = 0; text.size() < size; ++line) text += "line " + std::to_string(line * line % 977) + "\n";
  text.resize(size);
  return text;
}

std::string compress(Compression compression, const std::string& text) {
  if (compression == Compression::none) return text;
  std::vector<std::uint8_t> out(text.size() + 100'000);
  std::size_t size = 0;
  if (compression == Compression::xz) {
    EXPECT_EQ(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                                      text.size(), out.data(), &size, out.size()),
              LZMA_OK);
  } else if (compression == Compression::zstd) {
    size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1);
  } else {
    z_stream stream{};
    EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size = stream.total_out;
    deflateEnd(&stream);
  }
  return {reinterpret_cast<const char*>(out.data()), size};
}

// Feeds `input` in pieces of `piece` bytes into outputs of `room` bytes.
Result<std::string> decompress(Compression compression, const std::string& input, std::size_t piece, std::size_t room) {
  const auto decompressor = make_decompressor(compression);
  const auto bytes = std::as_bytes(std::span(input));
  std::size_t position = 0;
  std::span<const std::byte> in;
  std::string text;
  std::vector<std::byte> buffer(room);
  for (;;) {
    if (in.empty() && position < bytes.size()) {
      in = bytes.subspan(position, std::min(piece, bytes.size() - position));
      position += in.size();
    }
    std::span<std::byte> out(buffer);
    const auto state = decompressor->step(in, out);
    if (!state) return fail(state.error());
    text.append(reinterpret_cast<const char*>(buffer.data()), buffer.size() - out.size());
    if (*state == Decompressor::State::finished) return text;
  }
}

class DecompressorTest : public testing::TestWithParam<Compression> {};
class DamageTest : public testing::TestWithParam<Compression> {};  // a plain stream has neither an end nor a check

TEST_P(DecompressorTest, GivesBackWhatWasCompressedWhateverThePieces) {
  for (const std::size_t size : {0U, 1U, 5000U, 600'000U}) {
    const std::string text = text_of(size);
    const std::string compressed = compress(GetParam(), text);
    for (const auto& [piece, room] : {std::pair{7U, 64U}, std::pair{1U << 16, 1U << 16}, std::pair{1U << 20, 999U}}) {
      EXPECT_EQ(decompress(GetParam(), compressed, piece, room).value_or("?"), text) << size << " in " << piece;
    }
  }
}

TEST_P(DecompressorTest, ReadsStreamsThatFollowOneAnother) {
  const std::string text = text_of(20'000);
  const std::string twice = compress(GetParam(), text) + compress(GetParam(), text);
  EXPECT_EQ(decompress(GetParam(), twice, 100, 4096).value_or("?"), text + text);
}

TEST_P(DamageTest, RefusesAStreamThatEndsTooEarly) {
  const std::string compressed = compress(GetParam(), text_of(50'000));
  for (const std::size_t kept : {std::size_t{1}, compressed.size() / 2, compressed.size() - 1}) {
    const auto text = decompress(GetParam(), compressed.substr(0, kept), 4096, 4096);
    ASSERT_FALSE(text.has_value()) << kept;
    EXPECT_EQ(text.error().kind, ErrorKind::data);
  }
}

TEST_P(DamageTest, RefusesADamagedStream) {
  std::string compressed = compress(GetParam(), text_of(50'000));
  compressed[0] = static_cast<char>(compressed[0] ^ 0x55);
  EXPECT_FALSE(decompress(GetParam(), compressed, 4096, 4096).has_value());
}

INSTANTIATE_TEST_SUITE_P(EveryFormat, DecompressorTest,
                         testing::Values(Compression::none, Compression::gzip, Compression::xz, Compression::zstd));
INSTANTIATE_TEST_SUITE_P(EveryFormat, DamageTest,
                         testing::Values(Compression::gzip, Compression::xz, Compression::zstd));

}  // namespace
}  // namespace ci::base
