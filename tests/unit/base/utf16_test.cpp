#include "base/utf16.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

TEST(Utf16, KeepsWellFormedText) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  EXPECT_EQ(to_utf16(text), u"a\u00E9\u20AC\U0001F600z");
  EXPECT_EQ(to_utf8(to_utf16(text)), text);
}

TEST(Utf16, ReplacesEachMaximalPartOfAnIllFormedSequence) {
  EXPECT_EQ(to_utf16("\xFF"), u"\uFFFD");
  EXPECT_EQ(to_utf16("\xE2\x82"), u"\uFFFD") << "cut short";
  EXPECT_EQ(to_utf16("\xE2\x82z"), u"\uFFFDz");
  EXPECT_EQ(to_utf16("\xC0\x80"), u"\uFFFD\uFFFD") << "overlong";
  EXPECT_EQ(to_utf16("\xED\xA0\x80"), u"\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(to_utf16("\xF4\x90\x80\x80"), u"\uFFFD\uFFFD\uFFFD\uFFFD") << "past U+10FFFF";
  EXPECT_EQ(to_utf16("\x80\xF0\x9F\x98"), u"\uFFFD\uFFFD");
}

TEST(Utf16, ReplacesHalvesOfSurrogatePairs) {
  EXPECT_EQ(to_utf8(std::u16string{u'a', 0xD83D, u'b', 0xDE00}),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
}

TEST(ScriptTrim, TakesWhatJavaScriptTakes) {
  EXPECT_EQ(script_trim(u" \t\r\u00A0\uFEFF\u2028a b\u3000\v"), u"a b");
  EXPECT_EQ(script_trim(u"\u200Ba"), u"\u200Ba") << "a zero-width space is none";
  EXPECT_EQ(script_trim(u" \n"), u"");
}

}  // namespace
}  // namespace ci::base
