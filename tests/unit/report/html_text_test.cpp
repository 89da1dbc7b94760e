#include "report/html_text.hpp"

#include <gtest/gtest.h>

namespace ci::report {
namespace {

using namespace std::string_literals;

TEST(Visible, LeavesOrdinaryTextOfAnyScriptAlone) {
  EXPECT_EQ(visible("Zürich, 日本語, مرحبا, ✅ 👍🏽"), "Zürich, 日本語, مرحبا, ✅ 👍🏽");
}

TEST(Visible, ShowsControlCharactersAsTheirPictures) {
  EXPECT_EQ(visible("a\0b\x1b[2Jc\nd\te\x7f"s), "a␀b␛[2Jc␊d e[U+007F]");
}

TEST(Visible, ShowsWhatTurnsTextRoundOrHasNoWidth) {
  EXPECT_EQ(visible("a\u202Etxt\u2069\u200B\uFEFF\u00AD"), "a[U+202E]txt[U+2069][U+200B][U+FEFF][U+00AD]");
  EXPECT_EQ(visible("\U000E0041\U0001FFFE\uFDD0\u2028"), "[U+E0041][U+1FFFE][U+FDD0][U+2028]");
}

TEST(Visible, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(visible("a\xff\xed\xa0\x80z").substr(0, 4), "a\uFFFD");
}

TEST(Visible, KeepsLinesAndDropsColoursWhereLinesMayBeMany) {
  EXPECT_EQ(visible("\x1b[1;31mred\x1b[0m\r\nnext\tone\r\x1b[2J", Lines::many), "red\nnext\tone␍␛[2J");
  EXPECT_EQ(visible("\x1b[31", Lines::many), "␛[31");
}

TEST(Shortened, CountsCharactersAndMarksTheCut) {
  EXPECT_EQ(shortened("äöü", 3), "äöü");
  EXPECT_EQ(shortened("äöüß", 3), "äö…");
  EXPECT_EQ(shortened(std::string(1'000'000, 'x'), 10), "xxxxxxxxx…");
  EXPECT_EQ(shortened("", 3), "");
}

TEST(LastLines, BeginAtALine) {
  EXPECT_EQ(last_lines("one\ntwo", 100), "one\ntwo");
  EXPECT_EQ(last_lines("first line\nsecond\nthird", 15), "…\nsecond\nthird");
  EXPECT_EQ(last_lines("abcdefgh", 3), "…\nfgh");
}

}  // namespace
}  // namespace ci::report
