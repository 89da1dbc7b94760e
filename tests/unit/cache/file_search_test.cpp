#include "cache/file_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cache/tree.hpp"
#include "fakes/fake_cancellation.hpp"

namespace ci::cache {
namespace {

using Names = std::vector<std::string>;

class FileSearchTest : public test::TreeTest {
 protected:
  // The matches relative to the root, a "?" behind those that may be no regular file; or the error's message.
  Names search(const std::string& patterns, SymbolicLinks links = SymbolicLinks::keep) {
    const auto glob = base::Glob::read(patterns, {root(), ""}).value();
    Names names;
    const auto searched = search_files(glob, links, cancellation_, [&](FoundFile file) -> base::Result<void> {
      names.push_back(file.path.substr(root().size() + 1) + (file.is_regular ? "" : "?"));
      return {};
    });
    return searched ? names : Names{searched.error().message};
  }

  test::FakeCancellation cancellation_;
};

TEST_F(FileSearchTest, WalksDepthFirstInByteOrderOfTheNamesOfEachDirectory) {
  for (const auto* name : {"b.go", "a/x.go", "a-b/x.go", "B.go", "a.b/x.go", "a.go", "\xC3\xA9.go"}) write(name);
  EXPECT_EQ(search("**/*.go"), (Names{"B.go", "a/x.go", "a-b/x.go", "a.b/x.go", "a.go", "b.go", "\xC3\xA9.go"}));
}

TEST_F(FileSearchTest, KeepsTheOrderOfSearchPathsAndSkipsMissingOnes) {
  for (const auto* name : {"a", "b", "c/d"}) write(name);
  EXPECT_EQ(search("b\nmissing\nc\na"), (Names{"b", "c/d", "a"}));
}

TEST_F(FileSearchTest, FailsWhereASearchPathLeadsThroughAFile) {
  write("file");
  EXPECT_EQ(search("file/below"), Names{"cannot look at " + root() + "/file/below: Not a directory"});
}

TEST_F(FileSearchTest, LinksAreMatchesOfAnyKindUnlessFollowed) {
  write("d/x");
  link("file", "d/x");
  link("folder", "d");
  link("broken", "nowhere");
  link("d/up", "..");
  EXPECT_EQ(search("*"), (Names{"broken?", "d/up?", "d/x", "file?", "folder?"}));
  EXPECT_EQ(search("*", SymbolicLinks::follow), (Names{"d/x", "file", "folder/x"}));
  EXPECT_EQ(search("folder/x"), Names{"folder/x"});
  EXPECT_EQ(search("folder/*"), Names{});
}

TEST_F(FileSearchTest, ALinkThatLeadsToItselfFailsWhenFollowed) {
  link("loop", "loop");
  EXPECT_EQ(search("*", SymbolicLinks::follow),
            Names{"cannot look at " + root() + "/loop: Too many levels of symbolic links"});
}

TEST_F(FileSearchTest, ReadsDirectoriesOfAnySize) {
  Names expected;
  for (int file = 0; file < 3000; ++file) {
    expected.push_back("d/" + std::string(40, 'n') + std::to_string(10000 + file));
    write(expected.back());
  }
  EXPECT_EQ(search("d/*"), expected);
}

TEST_F(FileSearchTest, StopsWhenCancelledAndWhenTheCallerSaysSo) {
  write("a");
  const auto glob = base::Glob::read("*", {root(), ""}).value();
  const auto refused = search_files(glob, SymbolicLinks::keep, cancellation_, [](FoundFile) -> base::Result<void> {
    return base::fail(base::ErrorKind::io, "enough");
  });
  EXPECT_EQ(refused.error().message, "enough");
  cancellation_.raise();
  EXPECT_EQ(search("*"), Names{"interrupted"});
}

// What search_tree() is to find below `folder`, relative to it, as one thread would.
void list(const std::filesystem::path& folder, const std::string& prefix, Names& names) {
  std::vector<std::filesystem::directory_entry> entries;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) entries.push_back(entry);
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.path().filename().string() < b.path().filename().string(); });
  for (const auto& entry : entries) {
    const auto name = prefix + entry.path().filename().string();
    names.push_back(name);
    if (entry.is_directory() && !entry.is_symlink()) list(entry.path(), name + "/", names);
  }
}

TEST_F(FileSearchTest, ATreeIsFoundInOrderByHoweverManyThreads) {
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 7; ++b) {
      for (int c = 0; c < 5; ++c) {
        for (const auto* file : {"x", "y/x", "y/z/x"}) write(fmt::format("top/a{}/b{}/c{}/{}", a, b, c, file));
      }
      write(fmt::format("top/a{}/b{}.x", a, b));
    }
  }
  link("top/a1/up", "..");
  const auto glob = base::Glob::read("top", {root(), ""}).value();
  Names found;
  const auto take = [&](const FoundEntry& entry) -> base::Result<void> {
    found.push_back(entry.path.substr(root().size() + 1));
    return {};
  };
  ASSERT_TRUE(search_tree(glob, cancellation_, take));
  Names expected = {"top"};
  list(root() + "/top", "top/", expected);
  EXPECT_EQ(found, expected);

  found.clear();
  const auto stopped = search_tree(glob, cancellation_, [&](const FoundEntry& entry) -> base::Result<void> {
    if (entry.path.ends_with("a1/b3")) return base::fail(base::ErrorKind::io, "enough");
    return take(entry);
  });
  EXPECT_EQ(stopped.error().message, "enough");
  EXPECT_EQ(found, Names(expected.begin(), std::find(expected.begin(), expected.end(), "top/a1/b3")));
  cancellation_.raise();
  EXPECT_EQ(search_tree(glob, cancellation_, take).error().message, "interrupted");
}

TEST_F(FileSearchTest, ATreeOfOneFileOrNoneIsOneToo) {
  write("file");
  const auto count = [&](const std::string& pattern) {
    int found = 0;
    const auto glob = base::Glob::read(pattern, {root(), ""}).value();
    EXPECT_TRUE(search_tree(glob, cancellation_, [&](const FoundEntry&) -> base::Result<void> {
      ++found;
      return {};
    }));
    return found;
  };
  EXPECT_EQ(count("file"), 1);
  EXPECT_EQ(count("missing"), 0);
}

}  // namespace
}  // namespace ci::cache
