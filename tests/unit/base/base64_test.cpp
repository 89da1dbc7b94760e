#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

TEST(Base64, EncodesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64, ReadsBothAlphabetsPaddedOrNot) {
  EXPECT_EQ(parse_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(parse_base64("Zm9vYg"), "foob");
  EXPECT_EQ(parse_base64("+//+"), "\xFB\xFF\xFE");
  EXPECT_EQ(parse_base64("-__-"), "\xFB\xFF\xFE");
  EXPECT_EQ(parse_base64(""), "");
}

TEST(Base64, RefusesWhatIsNone) {
  EXPECT_FALSE(parse_base64("Z"));
  EXPECT_FALSE(parse_base64("Zm9v Yg"));
  EXPECT_FALSE(parse_base64("Zm9vY==="));
  EXPECT_FALSE(parse_base64("Zm=v"));
}

}  // namespace
}  // namespace ci::base
