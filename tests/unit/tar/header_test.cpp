#include "tar/header.hpp"

#include <gmock/gmock.h>

namespace ci::tar {
namespace {

using testing::HasSubstr;

Header decoded(const std::string& block) {
  const auto header = decode_header(block);
  EXPECT_TRUE(header && *header) << (header ? "zeros" : header.error().message);
  return header && *header ? **header : Header{};
}

// `block` with its checksum made right again.
std::string summed(std::string block) {
  std::fill_n(block.begin() + 148, 8, ' ');
  unsigned sum = 0;
  for (const char byte : block) sum += static_cast<unsigned char>(byte);
  std::snprintf(block.data() + 148, 8, "%06o", sum);  // NOLINT(cppcoreguidelines-pro-type-vararg)
  return block;
}

TEST(TarHeader, ComesBackAsItWasWritten) {
  const Header header{.name = std::string(100, 'n'),
                      .link = "target",
                      .type = kSymlink,
                      .mode = 04755,
                      .uid = 1000,
                      .gid = kMostId,
                      .size = kMostSize,
                      .mtime = 1'700'000'000};
  EXPECT_EQ(decoded(encode_header(header)), header);
}

TEST(TarHeader, IsNothingWhenAllIsZero) {
  const auto header = decode_header(std::string(kBlock, '\0'));
  ASSERT_TRUE(header);
  EXPECT_FALSE(*header);
}

TEST(TarHeader, EveryChangedByteIsSeen) {
  const std::string block = encode_header({.name = "name", .mode = 0644, .mtime = 5});
  for (std::size_t i = 0; i < kBlock; ++i) {
    if (i >= 148 && i < 156) continue;  // the checksum's own field has several forms for one number
    std::string changed = block;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(decode_header(changed)) << i;
  }
}

TEST(TarHeader, ReadsThePrefixOfUstarAlone) {
  std::string block = encode_header({.name = "name"});
  block.replace(345, 6, "folder");
  EXPECT_EQ(decoded(summed(block)).name, "folder/name");
  block.replace(257, 8, std::string("ustar  \0", 8));  // GNU's own format has other fields there
  EXPECT_EQ(decoded(summed(block)).name, "name");
}

TEST(TarHeader, ReadsBinaryNumbers) {
  std::string block = encode_header({.name = "name"});
  block.replace(124, 12, std::string("\x80\0\0\0\0\0\0\x7F\0\0\0\x01", 12));
  block.replace(136, 12, std::string(11, '\xFF') + '\xFE');
  EXPECT_EQ(decoded(summed(block)).size, 0x7F00000001U);
  EXPECT_EQ(decoded(summed(block)).mtime, -2);
}

TEST(TarHeader, RefusesNumbersThatAreNone) {
  for (const std::string& number :
       {std::string("00000000x00"), std::string(12, '\xFF'), "\x80" + std::string(11, '\xFF')}) {
    std::string block = encode_header({.name = "name"});
    block.replace(124, number.size(), number);
    const auto header = decode_header(summed(block));
    ASSERT_FALSE(header);
    EXPECT_THAT(header.error().message, HasSubstr("a number that is none"));
  }
}

}  // namespace
}  // namespace ci::tar
