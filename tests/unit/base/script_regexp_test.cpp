#include "base/script_regexp.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

TEST(ScriptRegexp, AcceptsWhatJavaScriptAccepts) {
  for (const auto* text :
       {u"",          u"a|b",     u"[a-z]",   u"[]",        u"[^]",         u"[]a]",     u"[a-]",     u"[-a]",
        u"[\\d-a]",   u"[a-\\w]", u"[\\]-a]", u"[\\x41-B]", u"[\\u0041-B]", u"[\\x4-z]", u"[\\cA-B]", u"[\\c-z]",
        u"[\\101-B]", u"[\\-a]",  u"a{",      u"a{1",       u"{",           u"x{,5}",    u"a{2,3}?",  u"(?:a)*",
        u"(?=a)b",    u"(?<!a)b", u"(a(b)c)", u"]",         u"}",           u"a\\b"}) {
    EXPECT_TRUE(is_script_regexp(text)) << testing::PrintToString(std::u16string(text));
  }
}

TEST(ScriptRegexp, RefusesWhatJavaScriptRefuses) {
  for (const auto* text : {u"\\",    u"[",   u"[a",     u"[z-a]", u"[a\\", u"[\\b-a", u"[z-\\x41]", u"[z-\\101]",
                           u"(",     u")",   u"a)",     u"(?a)",  u"*",    u"a**",    u"+",         u"?",
                           u"a??\?", u"{1}", u"a{2,1}", u"^*",    u"\\b+", u"|*",     u"(*a)",      u"a{2}{3}"}) {
    EXPECT_FALSE(is_script_regexp(text)) << testing::PrintToString(std::u16string(text));
  }
}

}  // namespace
}  // namespace ci::base
