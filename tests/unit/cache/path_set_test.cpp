#include "cache/path_set.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "cache/tree.hpp"
#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"

namespace ci::cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PathSetTest : public test::TreeTest {
 protected:
  PathSetTest() {
    std::filesystem::create_directory(root() + "/ws");
    std::filesystem::create_directory(root() + "/home");
  }
  [[nodiscard]] PathPlace place() const { return {root() + "/ws", root() + "/home"}; }
  [[nodiscard]] PathSet read(const std::vector<std::string>& patterns) const {
    return PathSet::read(patterns, place()).value();
  }
  // Every member as "ROOT:PATH".
  std::vector<std::string> members(const std::vector<std::string>& patterns) {
    std::vector<std::string> all;
    const auto contents = read(patterns).contents(cancellation_);
    if (!contents) return {contents.error().message};
    for (const auto& source : contents->roots) {
      for (const auto& path : source.paths) all.push_back(source.name + ":" + path);
    }
    return all;
  }
  std::string state(const std::vector<std::string>& patterns) {
    return base::hex(read(patterns).state(cancellation_).value());
  }
  test::FakeCancellation cancellation_;
};

TEST_F(PathSetTest, ADirectoryStandsForEverythingBelowIt) {
  write("ws/out/a/b");
  write("ws/out/c");
  write("ws/other");
  link("ws/out/l", "nowhere");
  EXPECT_THAT(members({"out"}), ElementsAre("out:out", "out:out/a", "out:out/a/b", "out:out/c", "out:out/l"));
}

TEST_F(PathSetTest, ALaterExclusionLeavesOutEverythingBelow) {
  write("ws/out/a/b");
  write("ws/out/c/d");
  EXPECT_THAT(members({"out\n!out/a"}), ElementsAre("out:out", "out:out/c", "out:out/c/d"));
}

TEST_F(PathSetTest, RootsAreNamedTheSameOnEveryMachine) {
  write("ws/out/x");
  write("home/.cache/y");
  write("else/z");
  const auto paths = read({"out", "~/.cache/**", root() + "/else/z", root() + "/ws/more", "gone/*.o"});
  std::vector<std::string> names;
  for (const auto& path_root : paths.roots()) names.push_back(path_root.name);
  EXPECT_THAT(names, ElementsAre("out", "~/.cache", root() + "/else/z", "more", "gone"));
}

TEST_F(PathSetTest, EqualPathsHaveEqualNamesHoweverTheyAreWritten) {
  EXPECT_EQ(read({"b", "./a", " ~/c "}).names(), read({root() + "/home/c\n" + root() + "/ws/a\n# what\n\nb"}).names());
  EXPECT_NE(read({"a", "!a/b"}).names(), read({"a"}).names());
  EXPECT_THAT(read({"b", "! a", "c"}).names(), ElementsAre("b", "!a", "c")) << "the order counts with exclusions";
}

TEST_F(PathSetTest, TheWorkspaceAndTheHomeMayBeRootsThemselves) {
  write("ws/x");
  write("home/y");
  EXPECT_THAT(members({"**", "~"}), ElementsAre(".:x", "~:y"));
}

TEST_F(PathSetTest, WhatNoArchiveHoldsIsCountedAndLeftOut) {
  write("ws/out/x");
  ASSERT_EQ(::mkfifo((root() + "/ws/out/fifo").c_str(), 0600), 0);
  const auto contents = read({"out"}).contents(cancellation_).value();
  EXPECT_EQ(contents.left_out, 1U);
  EXPECT_EQ(contents.members, 2U);
}

TEST_F(PathSetTest, WhatAKilledRestoreWasWritingIsLeftOut) {
  write("ws/out/.ci-optimizer-0123456789abcdef-7");
  write("ws/out/.ci-optimizer-mine");
  EXPECT_THAT(members({"out"}), ElementsAre("out:out", "out:out/.ci-optimizer-mine"));
}

TEST_F(PathSetTest, NothingThereIsNoMember) {
  EXPECT_THAT(members({"out", "*.o"}), IsEmpty());
}

TEST_F(PathSetTest, TargetsAreTheDeclaredPathsAndNoMore) {
  const auto targets = read({"out/assets", "~/.cache/go-build"}).targets();
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[0].folder, root() + "/ws/out");
  EXPECT_THAT(targets[0].within, ElementsAre("assets"));
  EXPECT_EQ(targets[1].folder, root() + "/home/.cache");
  EXPECT_THAT(targets[1].within, ElementsAre("go-build"));
}

TEST_F(PathSetTest, RefusesPatternsThatIncludeNothing) {
  EXPECT_EQ(PathSet::read({"!a"}, place()).error().kind, base::ErrorKind::usage);
  EXPECT_EQ(PathSet::read({"# a"}, place()).error().kind, base::ErrorKind::usage);
  EXPECT_EQ(PathSet::read({"../a"}, place()).error().kind, base::ErrorKind::usage);
  EXPECT_EQ(PathSet::read({"~/a"}, {root() + "/ws", ""}).error().kind, base::ErrorKind::usage);
}

TEST_F(PathSetTest, TheStateChangesWithWhatIsThere) {
  write("ws/out/x", "1");
  const auto before = state({"out"});
  EXPECT_EQ(state({"out"}), before);
  write("ws/other", "1");
  EXPECT_EQ(state({"out"}), before);
  write("ws/out/x", "22");
  const auto resized = state({"out"});
  EXPECT_NE(resized, before);
  ASSERT_EQ(::chmod((root() + "/ws/out/x").c_str(), 0700), 0);
  const auto other_mode = state({"out"});
  EXPECT_NE(other_mode, resized);
  std::filesystem::create_directory(root() + "/ws/out/new");
  EXPECT_NE(state({"out"}), other_mode);
}

TEST_F(PathSetTest, StopsWhenItIsInterrupted) {
  write("ws/out/x");
  cancellation_.raise();
  const auto contents = read({"out"}).contents(cancellation_);
  ASSERT_FALSE(contents);
  EXPECT_EQ(contents.error().kind, base::ErrorKind::cancelled);
}

}  // namespace
}  // namespace ci::cache
