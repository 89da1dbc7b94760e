#include "cache/file_search.hpp"

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

}  // namespace
}  // namespace ci::cache
