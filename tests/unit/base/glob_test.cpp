#include "base/glob.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

const GlobPlace kPlace{"/ws", "/home/me"};

enum class Kind { file, directory };

// Whether the patterns match the absolute path.
bool matches(const std::string& patterns, std::string_view path, Kind kind = Kind::file) {
  const auto glob = Glob::read(patterns, kPlace);
  if (!glob) throw std::runtime_error(glob.error().message);
  auto state = glob->start();
  Glob::State next;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size());
    if (name.empty()) break;
    if (!glob->leads_on(state)) return false;
    glob->enter(state, name, next);
    state.swap(next);
  }
  const auto verdict = glob->judge(state);
  return kind == Kind::file ? verdict.as_file : verdict.as_directory;
}

std::vector<std::string> search_paths(const std::string& patterns) {
  const auto glob = Glob::read(patterns, kPlace);
  return glob ? glob->search_paths() : std::vector<std::string>{glob.error().message};
}

std::string refusal(const std::string& patterns, const GlobPlace& place = kPlace) {
  const auto glob = Glob::read(patterns, place);
  return glob ? "" : glob.error().message;
}

using Paths = std::vector<std::string>;

TEST(Glob, RootsPatternsInTheDirectory) {
  EXPECT_TRUE(matches("a/b.go", "/ws/a/b.go"));
  EXPECT_TRUE(matches("./a", "/ws/a"));
  EXPECT_TRUE(matches(".", "/ws/anything/below"));
  EXPECT_TRUE(matches("~/a", "/home/me/a"));
  EXPECT_TRUE(matches("~", "/home/me/x/y"));
  EXPECT_TRUE(matches("~a", "/ws/~a"));
  EXPECT_TRUE(matches("/etc/a", "/etc/a"));
  EXPECT_TRUE(matches("a//b", "/ws/a/b"));
  EXPECT_FALSE(matches("a", "/a"));
}

TEST(Glob, TakesADirectoryWithWildcardsInItsNameLiterally) {
  const auto glob = Glob::read("*.go", {"/w[s]*?\\", ""});
  ASSERT_TRUE(glob.has_value());
  EXPECT_EQ(glob->search_paths(), Paths{"/w[s]*?\\"});
}

TEST(Glob, LeavesOutEmptyLinesAndComments) {
  EXPECT_EQ(search_paths("\n  \n# a\n\t b \n"), Paths{"/ws/b"});
  EXPECT_EQ(search_paths(""), Paths{});
}

TEST(Glob, MatchesWhateverLiesBelowAMatch) {
  EXPECT_TRUE(matches("vendor", "/ws/vendor/a/b"));
  EXPECT_TRUE(matches("**/*.go", "/ws/x.go/inner/deep.txt"));
  EXPECT_TRUE(matches("a/", "/ws/a/b"));
  EXPECT_FALSE(matches("a/*", "/ws/a"));
}

TEST(Glob, ATrailingSlashMatchesDirectoriesOnly) {
  EXPECT_FALSE(matches("a/", "/ws/a", Kind::file));
  EXPECT_TRUE(matches("a/", "/ws/a", Kind::directory));
  EXPECT_FALSE(matches("a/**/", "/ws/a", Kind::file));
  EXPECT_TRUE(matches("a/**/", "/ws/a/b", Kind::file));
}

TEST(Glob, AGlobstarStandsForAnyNumberOfSegments) {
  EXPECT_TRUE(matches("**/b", "/ws/b"));
  EXPECT_TRUE(matches("**/b", "/ws/x/.y/b"));
  EXPECT_TRUE(matches("a/**/b/**/c", "/ws/a/b/c"));
  EXPECT_TRUE(matches("a/**/b/**/c", "/ws/a/1/b/2/b/3/c"));
  EXPECT_FALSE(matches("a/**/b/**/c", "/ws/a/c/b"));
  EXPECT_TRUE(matches("a/**", "/ws/a")) << "the last one for none, too";
  EXPECT_TRUE(matches("a/**/**", "/ws/a"));
  EXPECT_TRUE(matches("**", "/ws"));
  EXPECT_FALSE(matches("a**", "/ws/a/b") && !matches("a**", "/ws/ab"));
}

TEST(Glob, TheLastMatchWins) {
  EXPECT_FALSE(matches("**/go.sum\n!vendor", "/ws/vendor/go.sum"));
  EXPECT_TRUE(matches("**/go.sum\n!vendor\nvendor/v/go.sum", "/ws/vendor/v/go.sum"));
  EXPECT_TRUE(matches("!a\na", "/ws/a"));
  EXPECT_TRUE(matches("!!a", "/ws/a"));
  EXPECT_FALSE(matches("a\n! a", "/ws/a"));
  EXPECT_FALSE(matches("a\n!!! a", "/ws/a"));
  EXPECT_TRUE(matches("a\n!a/", "/ws/a", Kind::file)) << "only the directory is left out";
}

TEST(Glob, SearchesFromTheLiteralBeginnings) {
  EXPECT_EQ(search_paths("b.go\na.go"), (Paths{"/ws/b.go", "/ws/a.go"}));
  EXPECT_EQ(search_paths("z.go\n**/*.go"), Paths{"/ws"});
  EXPECT_EQ(search_paths("a/b\na\na/c\nab"), (Paths{"/ws/a", "/ws/ab"}));
  EXPECT_EQ(search_paths("a\na"), Paths{"/ws/a"});
  EXPECT_EQ(search_paths("a/[b]/c*/d"), Paths{"/ws/a/b"});
  EXPECT_EQ(search_paths("!a/**"), Paths{});
  EXPECT_EQ(search_paths("/**"), Paths{"/"});
}

TEST(Glob, LeadsOnOnlyWhereAnIncludingPatternCould) {
  const auto glob = Glob::read("a/*/c\n!b/**", kPlace).value();
  Glob::State at_ws, at_a, at_b, at_x, at_c, below;
  glob.enter(glob.start(), "ws", at_ws);
  glob.enter(at_ws, "a", at_a);
  glob.enter(at_ws, "b", at_b);
  glob.enter(at_a, "x", at_x);
  glob.enter(at_x, "c", at_c);
  glob.enter(at_x, "d", below);
  EXPECT_TRUE(glob.leads_on(at_a));
  EXPECT_FALSE(glob.leads_on(at_b));
  EXPECT_TRUE(glob.leads_on(at_x));
  EXPECT_TRUE(glob.leads_on(at_c));
  EXPECT_FALSE(glob.leads_on(below));
}

TEST(Glob, HoldsMorePositionsThanAWordHasBits) {
  std::string deep = "a", path = "/ws/a";
  for (int level = 0; level < 100; ++level) {
    deep += "/**/a";
    path += "/x/a";
  }
  EXPECT_TRUE(matches(deep, path));
  EXPECT_FALSE(matches(deep, path.substr(0, path.size() - 4)));
}

TEST(Glob, RefusesWhatTheOriginalRefuses) {
  for (const auto* pattern : {"a/../b", "..", "a/./b", "a/.", "/..", "/./a", "[.].", "!a/..", "\\./a"}) {
    EXPECT_NE(refusal(pattern).find("not allowed"), std::string::npos) << pattern;
  }
  EXPECT_NE(refusal("a\n!").find("empty"), std::string::npos);
  EXPECT_NE(refusal("~", {"/ws", ""}).find("HOME"), std::string::npos);
  EXPECT_NE(refusal("~/a", {"/ws", "relative"}).find("HOME"), std::string::npos);
  EXPECT_NE(refusal(std::string(70000, 'a')).find("too long"), std::string::npos);
  EXPECT_NE(refusal(std::string(60000, '[')).find("too many"), std::string::npos);
  EXPECT_EQ(refusal(std::string(1000, '[')), "");
  EXPECT_EQ(refusal("..a/a../..."), "");
}

}  // namespace
}  // namespace ci::base
