#include "store/key.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ci::store {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Key, MayHaveAnyPrintableCharactersButCommas) {
  for (const std::string key : {"k", " ", "a/b\\c", "..", "%2F", "\"'`$(x)<>|&;*?", "gr\u00fc\u00dfe", "\U0001F680"}) {
    EXPECT_TRUE(check_key(key)) << key;
  }
}

TEST(Key, IsCountedInUtf16Units) {
  EXPECT_TRUE(check_key(repeated("\u2713", 512)));
  EXPECT_FALSE(check_key(repeated("\u2713", 513)));
  EXPECT_TRUE(check_key(repeated("\U0001F680", 256)));
  EXPECT_FALSE(check_key(repeated("\U0001F680", 257)));
}

TEST(Key, SaysWhatIsWrong) {
  const auto message = [](std::string_view key) { return check_key(key) ? "fine" : check_key(key).error().message; };
  EXPECT_EQ(message(""), "not a cache key: it is empty");
  EXPECT_EQ(message("a,b"), "not a cache key: \"a,b\" has a comma");
  EXPECT_EQ(message("a\tb"), "not a cache key: it has a control character");
  EXPECT_EQ(message("a\x80"), "not a cache key: it is not UTF-8 text");
  EXPECT_EQ(message(std::string(600, 'k')), "not a cache key: it has 600 characters, and 512 is the most");
  EXPECT_EQ(check_key("").error().kind, base::ErrorKind::usage);
}

}  // namespace
}  // namespace ci::store
