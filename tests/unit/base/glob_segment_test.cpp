#include "base/glob_segment.hpp"

#include <gtest/gtest.h>

#include "base/utf16.hpp"

namespace ci::base {
namespace {

struct Row {
  const char* pattern;
  std::vector<std::string> matches;
  std::vector<std::string> misses;
};

class GlobSegmentTest : public testing::TestWithParam<Row> {};

// Every expectation is what minimatch 3.1.5 answers.
TEST_P(GlobSegmentTest, MatchesWhatMinimatchMatches) {
  const GlobSegment segment(to_utf16(GetParam().pattern));
  for (const auto& name : GetParam().matches) EXPECT_TRUE(segment.matches(name)) << name;
  for (const auto& name : GetParam().misses) EXPECT_FALSE(segment.matches(name)) << name;
}

INSTANTIATE_TEST_SUITE_P(Wildcards, GlobSegmentTest,
                         testing::Values(Row{"a.go", {"a.go"}, {"a_go", "A.go", "a.go2", ""}},
                                         Row{"*.go", {"a.go", ".go", ".a.go", "a.b.go"}, {"a.goo", "go", "a.go "}},
                                         Row{"*", {"a", ".a", "...", "a\nb"}, {"", "\na", "\xE2\x80\xA8x"}},
                                         Row{"a**b", {"ab", "axb"}, {"a", "b"}}, Row{"**a", {"a", "xa"}, {"b"}},
                                         Row{"a*b*c", {"abc", "abbc", "a.b.b.c"}, {"acb", "abcd"}},
                                         Row{"?", {"a", "\xC3\xA9"}, {"", "ab", "\xF0\x9F\x98\x80"}},
                                         Row{"??", {"ab", "\xF0\x9F\x98\x80"}, {"a", "abc"}}));

INSTANTIATE_TEST_SUITE_P(
    Classes, GlobSegmentTest,
    testing::Values(Row{"[ab]", {"a", "b"}, {"c", "ab", ""}}, Row{"[!ab]", {"c", "!"}, {"a", "b", ""}},
                    Row{"[^ab]", {"c", "!"}, {"a", "b"}}, Row{"[a^]", {"a", "^"}, {"b"}},
                    Row{"[a-c]x", {"ax", "cx"}, {"dx", "-x"}}, Row{"[a-]", {"a", "-"}, {"b"}},
                    Row{"[a-c-e]", {"a", "b", "-", "e"}, {"d"}}, Row{"[]a]", {"]", "a"}, {"[]a]", "b"}},
                    Row{"[!]a]", {"!a]", "xa]"}, {"]", "b"}}, Row{"[\\]a]", {"]", "a"}, {"\\"}},
                    Row{"[\\!a]", {"!", "a"}, {"b"}}, Row{"[\\^a]", {"^", "a"}, {"b"}},
                    Row{"[[]x", {"[x"}, {"x", "[[]x"}}, Row{"[[:alpha:]]", {"a]", ":]", "[]"}, {"z]", "a", "x"}},
                    Row{"[*?]", {"*", "?"}, {"a"}}, Row{"[\xC3\xA9]", {"\xC3\xA9"}, {"e"}},
                    Row{"[z-a]", {"[z-a]"}, {"z", "a", "-"}}, Row{"[z-a*]", {"[z-a]", "[z-ax]"}, {"z"}},
                    Row{"*[b-a]", {"[b-a]", "x[b-a]"}, {"b", "xb"}}, Row{"[\\b-a]", {}, {"b", "a", "-", "[b-a]"}},
                    Row{"[\\d-a]", {}, {"5", "d", "[d-a]"}}));

INSTANTIATE_TEST_SUITE_P(Literals, GlobSegmentTest,
                         testing::Values(Row{"{a,b}", {"{a,b}"}, {"a", "b"}}, Row{"@(a|b)", {"@(a|b)"}, {"a"}},
                                         Row{"*(a)", {"(a)", "x(a)"}, {"a", "aa"}}, Row{"!(a)", {"!(a)"}, {"b"}},
                                         Row{"#a", {"#a"}, {"a"}}, Row{"\\*", {"*"}, {"a", "\\*"}},
                                         Row{"a\\b", {"ab"}, {"a\\b"}}, Row{"a\\\\b", {"a\\b"}, {"ab"}},
                                         Row{"a\\", {"a\\"}, {"a"}}, Row{"*\\", {"\\", "a\\"}, {"a"}},
                                         Row{"[a", {"[a"}, {"a"}}, Row{"*[a", {"[a", "x[a"}, {"a"}},
                                         Row{"a]", {"a]"}, {"a"}}, Row{"[]", {"[]"}, {"]"}},
                                         Row{"?[", {"x[undefined"}, {"x[", "["}}, Row{"?\\@*", {"x@*"}, {"x@", "x@y"}},
                                         Row{"?\\@", {"x@\\"}, {"x@"}}));

TEST(GlobSegmentKinds, TellsAGlobstar) {
  EXPECT_TRUE(GlobSegment(u"**").is_globstar());
  EXPECT_FALSE(GlobSegment(u"***").is_globstar());
  EXPECT_FALSE(GlobSegment(u"**").matches("a"));
}

TEST(LiteralName, ResolvesWhatHasNoWildcards) {
  EXPECT_EQ(literal_name(u"a.go"), u"a.go");
  EXPECT_EQ(literal_name(u"\\*a\\b"), u"*ab");
  EXPECT_EQ(literal_name(u"a\\"), u"a\\");
  EXPECT_EQ(literal_name(u"[a]b"), u"ab");
  EXPECT_EQ(literal_name(u"[!]x"), u"!x");
  EXPECT_EQ(literal_name(u"[[]"), u"[");
  EXPECT_EQ(literal_name(u"[a"), u"[a");
  EXPECT_EQ(literal_name(u"[]"), u"[]");
  EXPECT_EQ(literal_name(u"[\\]]"), u"]");
  EXPECT_EQ(literal_name(u"[a\\]"), u"[a]");
}

TEST(LiteralName, IsEmptyForWildcards) {
  for (const auto* pattern : {u"*", u"a?", u"[ab]", u"**", u"[!a]"}) EXPECT_EQ(literal_name(pattern), u"");
}

}  // namespace
}  // namespace ci::base
