#include "base/display_width.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

TEST(DisplayWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("é▁█"), 3U);
  EXPECT_EQ(display_width("e\u0301"), 1U) << "a combining accent takes no room";
  EXPECT_EQ(display_width("漢字"), 4U);
  EXPECT_EQ(display_width("✅"), 2U);
  EXPECT_EQ(display_width("\xff\xc3"), 2U) << "broken text is measured too";
}

TEST(CutToWidth, MarksTheCut) {
  EXPECT_EQ(cut_to_width("abc", 3), "abc");
  EXPECT_EQ(cut_to_width("abcd", 3), "ab…");
  EXPECT_EQ(cut_to_width("漢字漢", 4), "漢…") << "half of a wide character is not shown";
  EXPECT_EQ(cut_to_width("abc", 0), "");
}

TEST(FitToWidth, FillsUpOnEitherSide) {
  EXPECT_EQ(fit_to_width("é", 3, Align::left), "é  ");
  EXPECT_EQ(fit_to_width("é", 3, Align::right), "  é");
  EXPECT_EQ(fit_to_width("漢字漢", 4, Align::left), "漢… ");
}

}  // namespace
}  // namespace ci::base
