// Copies held against what the real dpkg-deb reads from the original.
#include "apt/deb_copies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apt/deb_file.hpp"
#include "apt/unpack_ahead.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;
using test::make_deb;
using test::printed_by;

class DebCopiesTest : public testing::Test {
 protected:
  void expect_equal(const fs::path& original, const fs::path& copy) {
    for (const char* part : {"--fsys-tarfile ", "--ctrl-tarfile "}) {
      EXPECT_EQ(printed_by("dpkg-deb " + (part + original.string())), printed_by("dpkg-deb " + (part + copy.string())));
    }
    EXPECT_THAT(printed_by("ar t " + copy.string()), testing::EndsWith("data.tar.zst\n"));
  }
  std::string sha256sum(const fs::path& file) { return printed_by("sha256sum < " + file.string()).substr(0, 64); }

  platform::TemporaryFolder folder_ = platform::TemporaryFolder::make(testing::TempDir(), "copies-").value();
  DebCopies copies_{make_deb_folder(folder_.path()).value()};
};

TEST_F(DebCopiesTest, AreWholeDebsWithTheSameControlDataAndContents) {
  std::vector<fs::path> debs;
  for (const std::string compression : {"none", "gzip", "xz", "zstd"}) {
    debs.push_back(make_deb(folder_.path(), compression, compression, 700'001));
  }
  ASSERT_TRUE(copies_.complete(debs));
  for (const auto& deb : debs) {
    expect_equal(deb, copies_.folder() / deb.filename());
    EXPECT_EQ(copies_.original_digest(deb.filename().string()), sha256sum(deb));
  }
}

TEST_F(DebCopiesTest, AreMadeOfWhatIsReadAheadAndOnlyTheRestLater) {
  const auto read = make_deb(folder_.path(), "read", "xz", 3'000'000);
  const auto left = make_deb(folder_.path(), "left", "xz", 1000);
  {
    UnpackAhead ahead({read}, {1}, &copies_);
    for (int waits = 0; waits < 500 && copies_.original_digest("read_1_all.deb").empty(); ++waits) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  EXPECT_EQ(copies_.original_digest("read_1_all.deb"), sha256sum(read));
  fs::remove(read);  // is not needed again
  ASSERT_TRUE(copies_.complete({read, left}));
  expect_equal(left, copies_.folder() / left.filename());
}

TEST_F(DebCopiesTest, AreNotCompleteWhenAnArchiveIsGoneOrDamaged) {
  const auto good = make_deb(folder_.path(), "good", "xz", 1000);
  const auto bad = make_deb(folder_.path(), "bad", "xz", 100'000);
  fs::resize_file(bad, fs::file_size(bad) - 5000);
  EXPECT_FALSE(DebCopies(make_deb_folder(folder_.path()).value()).complete({good, folder_.path() / "none.deb"}));
  EXPECT_FALSE(copies_.complete({good, bad}));
  EXPECT_FALSE(fs::exists(copies_.folder() / bad.filename())) << "half a copy has a name";
}

TEST_F(DebCopiesTest, LinksWhatIsACopyAlready) {
  const auto deb = make_deb(folder_.path(), "old", "zstd", 1000);
  DebCopies copies(make_deb_folder(testing::TempDir()).value(), folder_.path());
  ASSERT_TRUE(copies.complete({deb}));
  EXPECT_TRUE(fs::equivalent(deb, copies.folder() / deb.filename()));
  EXPECT_EQ(copies.original_digest("old_1_all.deb"), "");
}

TEST(DebFolder, IsReadableByAll) {
  const auto parent = platform::TemporaryFolder::make(testing::TempDir(), "parent-").value();
  const auto folder = make_deb_folder(parent.path());
  ASSERT_TRUE(folder);
  EXPECT_EQ(fs::status(folder->path()).permissions(), static_cast<fs::perms>(0755));
  EXPECT_FALSE(make_deb_folder(parent.path() / "none"));
}

}  // namespace
}  // namespace ci::apt
