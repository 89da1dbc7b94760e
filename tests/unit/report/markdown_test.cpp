#include "report/markdown.hpp"

#include <gtest/gtest.h>

namespace ci::report {
namespace {

TEST(Escaped, LeavesNoMarkupNoMentionAndNoLineEnd) {
  const std::string text = escaped("a|b `c` <img src=x> @octocat [x](javascript:1)\n# h ~~s~~ &amp; \x1b[31mred");
  for (const char c : std::string("|`<>[]\n\x1b~*_")) EXPECT_EQ(text.find(c), std::string::npos) << c;
  EXPECT_NE(text.find("a&#124;b"), std::string::npos) << text;
  EXPECT_NE(text.find("@&#8203;octocat"), std::string::npos) << text;
  EXPECT_NE(text.find("&#38;amp;"), std::string::npos) << text;
}

TEST(Escaped, LeavesNoAddressThatBecomesALink) {
  EXPECT_EQ(escaped("see https://evil.example/"), "see https&#58;//evil.example/");
  EXPECT_EQ(escaped("www.evil.example: x"), "&#119;ww.evil.example: x");
}

TEST(Code, StaysExactToCopy) {
  EXPECT_EQ(code("a@b|c"), "<code>a&#64;<!-- -->b&#124;c</code>");
}

TEST(Escaped, TurnsBrokenUtf8IntoValidText) {
  EXPECT_EQ(escaped("a\xff"), "a\xEF\xBF\xBD");
}

TEST(Fenced, ItsFenceIsLongerThanAnyRunOfBackticks) {
  EXPECT_EQ(fenced("x"), "```\nx\n```\n");
  EXPECT_EQ(fenced("a\n`````\n<b>"), "``````\na\n`````\n<b>\n``````\n");
}

TEST(CutMarkdown, CutsBetweenLettersAndClosesAnOpenFence) {
  EXPECT_EQ(cut_markdown("short", 5), "short");
  EXPECT_EQ(cut_markdown("ééééé", 7), "éé…");
  const std::string text = "a\n````\n" + std::string(100, 'x') + "\n````\n";
  for (std::size_t bytes = 0; bytes < text.size(); ++bytes) EXPECT_LE(cut_markdown(text, bytes).size(), bytes);
  EXPECT_EQ(cut_markdown(text, 20), "a\n````\nxxxx…\n````\n");
}

}  // namespace
}  // namespace ci::report
