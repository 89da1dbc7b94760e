#include "base/text.hpp"

#include <gmock/gmock.h>

namespace ci::base {
namespace {

using testing::ElementsAre;

TEST(Text, TrimsWhiteSpaceAtBothEnds) {
  EXPECT_EQ(trim(" \t\r\n a b \v\f"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, SplitsIntoAllPieces) {
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, FindsWordsBetweenBlanksAndCommas) {
  EXPECT_THAT(words(" ffmpeg,libgl1\n\tfonts-dejavu-core , "), ElementsAre("ffmpeg", "libgl1", "fonts-dejavu-core"));
  EXPECT_THAT(words(" , "), ElementsAre());
}

TEST(Text, Joins) {
  EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(Text, ReplacesEveryOccurrenceOnce) {
  EXPECT_EQ(replace_all("aXbXX", "X", "XX"), "aXXbXXXX");
  EXPECT_EQ(replace_all("aaa", "aa", "b"), "ba");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

TEST(Text, LowersAsciiOnly) {
  EXPECT_EQ(lower("AZ\xC3\x84_9"), "az\xC3\x84_9");
}

TEST(Text, ParsesWholeIntegers) {
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_EQ(parse_integer("9223372036854775807"), INT64_MAX);
  for (const char* wrong : {"", " 1", "1 ", "+1", "1.0", "0x1", "9223372036854775808", "-"}) {
    EXPECT_EQ(parse_integer(wrong), std::nullopt) << wrong;
  }
}

TEST(Text, ParsesFiniteNumbers) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("-2e3"), -2000);
  for (const char* wrong : {"", "nan", "inf", "1e999", "1,5", "1 "})
    EXPECT_EQ(parse_number(wrong), std::nullopt) << wrong;
}

TEST(Text, TruncatesOnACharacterBoundary) {
  EXPECT_EQ(truncate_utf8("a\xC3\xA4", 3), "a\xC3\xA4");
  EXPECT_EQ(truncate_utf8("a\xC3\xA4", 2), "a");
  EXPECT_EQ(truncate_utf8("\xF0\x9F\x98\x80", 3), "");
  EXPECT_EQ(truncate_utf8("abc", 0), "");
}

TEST(Text, ReplacesWhatIsNotUtf8) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"), "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
  EXPECT_EQ(valid_utf8("a\xFF"
                       "b"),
            "a" + replacement + "b");
  EXPECT_EQ(valid_utf8("\xC3"), replacement);
  EXPECT_EQ(valid_utf8("\xC0\xAF"), replacement + replacement);                                      // overlong
  EXPECT_EQ(valid_utf8("\xE0\x80\x80"), replacement + replacement + replacement);                    // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), replacement + replacement + replacement);                    // surrogate
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), replacement + replacement + replacement + replacement);  // beyond U+10FFFF
  EXPECT_EQ(valid_utf8("\xF5\x80\x80\x80"), replacement + replacement + replacement + replacement);
}

TEST(Text, ShowsBytesAsPeopleReadThem) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1500), "1.5 kB");
  EXPECT_EQ(human_bytes(170563476), "170.6 MB");
  EXPECT_EQ(human_bytes(999949), "999.9 kB");
  EXPECT_EQ(human_bytes(999950), "1.0 MB");
  EXPECT_EQ(human_bytes(5000000000000000), "5000.0 TB");
}

TEST(Text, ShowsSecondsAsPeopleReadThem) {
  EXPECT_EQ(human_seconds(0), "0.00 s");
  EXPECT_EQ(human_seconds(0.05), "0.05 s");
  EXPECT_EQ(human_seconds(0.996), "1.0 s");
  EXPECT_EQ(human_seconds(3.21), "3.2 s");
  EXPECT_EQ(human_seconds(59.94), "59.9 s");
  EXPECT_EQ(human_seconds(59.96), "1 min 0 s");
  EXPECT_EQ(human_seconds(73), "1 min 13 s");
  EXPECT_EQ(human_seconds(3599.6), "1 h 0 min");
  EXPECT_EQ(human_seconds(7380), "2 h 3 min");
}

TEST(Text, SuggestsTheNearestWordThatMayBeMeant) {
  const std::vector<std::string> words = {"packages", "budget", "recommends"};
  EXPECT_EQ(nearest("pakages", words), "packages");
  EXPECT_EQ(nearest("buget", words), "budget");
  EXPECT_EQ(nearest("zzz", words), std::nullopt);
  EXPECT_EQ(nearest("x", {}), std::nullopt);
}

}  // namespace
}  // namespace ci::base
