#include "cache/hash_files.hpp"

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"

namespace ci::cache {
namespace {

class HashFilesTest : public test::TreeTest {
 protected:
  base::Result<HashedFiles> hash(std::vector<std::string> patterns) {
    platform_.environment.variables["GITHUB_WORKSPACE"] = root();
    return hash_files({std::move(patterns), SymbolicLinks::keep}, platform_.seams());
  }

  test::FakePlatform platform_;
};

TEST_F(HashFilesTest, IsTheDigestOfTheDigests) {
  write("b", "2");
  write("a", "1");
  const auto hashed = hash({"*"}).value();
  std::string digests;
  for (const auto* contents : {"1", "2"}) {
    for (const unsigned char byte : base::sha256(contents)) digests.push_back(static_cast<char>(byte));
  }
  EXPECT_EQ(hashed.hash, base::hex(base::sha256(digests)));
  ASSERT_EQ(hashed.files.size(), 2U);
  EXPECT_EQ(hashed.files[0].path, "a");
  EXPECT_EQ(hashed.files[0].bytes, 1);
  EXPECT_EQ(hashed.workspace, root());
}

TEST_F(HashFilesTest, IsEmptyWhenNothingMatches) {
  EXPECT_EQ(hash({"missing"}).value().hash, "");
  EXPECT_EQ(hash({"/etc/passwd"}).value().hash, "") << "outside the workspace";
}

TEST_F(HashFilesTest, ABrokenLinkThatMatchesFailsWithAHint) {
  link("broken", "nowhere");
  const auto hashed = hash({"*"});
  ASSERT_FALSE(hashed.has_value());
  EXPECT_EQ(hashed.error().kind, base::ErrorKind::io);
  EXPECT_NE(hashed.error().hint.find("broken symbolic link"), std::string::npos);
}

TEST_F(HashFilesTest, AFileThatCannotBeReadEndsALongSearch) {
  for (int file = 0; file < 2000; ++file) write("d/" + std::to_string(file));
  link("a", "nowhere");
  EXPECT_EQ(hash({"**"}).error().kind, base::ErrorKind::io);
}

TEST_F(HashFilesTest, CancellationIsNoValue) {
  write("a");
  platform_.cancellation.raise();
  EXPECT_EQ(hash({"*"}).error().kind, base::ErrorKind::cancelled);
}

}  // namespace
}  // namespace ci::cache
