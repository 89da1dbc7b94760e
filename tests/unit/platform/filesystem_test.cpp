#include "platform/filesystem.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace ci::platform {
namespace {

namespace fs = std::filesystem;

class FilesystemTest : public testing::Test {
 protected:
  TemporaryFolder folder_ = TemporaryFolder::make(testing::TempDir(), "files-").value();
  fs::path path(const char* name) const { return folder_.path() / name; }
};

TEST_F(FilesystemTest, WritesAndReadsAWholeFileAndMakesItsFolders) {
  const auto file = path("a/b/c.txt");
  const std::string contents("one\0two\n", 8);
  const mode_t before = ::umask(022);
  ASSERT_TRUE(write_file(file, contents).has_value());
  ::umask(before);
  EXPECT_EQ(read_file(file).value(), contents);
  struct stat facts {};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0644U);
}

TEST_F(FilesystemTest, WritesAFileForAllReadersWhateverTheUmask) {
  const mode_t before = ::umask(077);
  const bool own = write_file(path("own"), "x").has_value();
  const bool everyones = write_public_file(path("public"), "x").has_value();
  ::umask(before);
  ASSERT_TRUE(own && everyones);
  struct stat facts {};
  ASSERT_EQ(::stat(path("own").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0600U);
  ASSERT_EQ(::stat(path("public").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777, 0644U);
}

TEST_F(FilesystemTest, SetsTimesToTheNanosecondAlsoBefore1970) {
  ASSERT_TRUE(write_file(path("f"), "").has_value());
  for (const std::int64_t time : {1'700'000'000'123'456'789, std::int64_t{0}, std::int64_t{-1}}) {
    ASSERT_TRUE(set_time(path("f"), time)) << time;
    struct stat facts {};
    ASSERT_EQ(::stat(path("f").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec, time);
    EXPECT_EQ(facts.st_atim.tv_sec * 1'000'000'000 + facts.st_atim.tv_nsec, time);
  }
}

TEST_F(FilesystemTest, SetsTheTimeOfALinkAndNotOfWhatItNames) {
  ASSERT_TRUE(write_file(path("f"), "").has_value());
  ASSERT_TRUE(set_time(path("f"), 7).has_value());
  fs::create_symlink("f", path("link"));
  ASSERT_TRUE(set_time(path("link"), 9).has_value());
  struct stat file {
  }, link{};
  ASSERT_EQ(::stat(path("f").c_str(), &file), 0);
  ASSERT_EQ(::lstat(path("link").c_str(), &link), 0);
  EXPECT_EQ(file.st_mtim.tv_nsec, 7);
  EXPECT_EQ(link.st_mtim.tv_nsec, 9);
}

TEST_F(FilesystemTest, NamesTheFileWhoseTimeCannotBeSet) {
  const auto set = set_time(path("none"), 0);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().kind, base::ErrorKind::io);
  EXPECT_EQ(set.error().message, "cannot set the time of " + path("none").string() + ": No such file or directory");
}

TEST_F(FilesystemTest, ReplacesAFileInOneStepAndLeavesNothingElse) {
  ASSERT_TRUE(write_file(path("f"), "old").has_value());
  std::ifstream reader(path("f"));
  ASSERT_TRUE(write_file(path("f"), "new").has_value());
  std::string seen;
  reader >> seen;
  EXPECT_EQ(seen, "old");
  EXPECT_EQ(read_file(path("f")).value(), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);
}

TEST_F(FilesystemTest, LeavesNothingBehindWhenItCannotWrite) {
  fs::create_directories(path("taken/inside"));
  const auto written = write_file(path("taken"), "x");
  ASSERT_FALSE(written.has_value());
  EXPECT_EQ(written.error().kind, base::ErrorKind::io);
  EXPECT_NE(written.error().message.find("taken"), std::string::npos);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 1);

  ASSERT_TRUE(write_file(path("file"), "").has_value());
  EXPECT_FALSE(write_file(path("file/below"), "x").has_value());
}

TEST_F(FilesystemTest, RefusesAFileLongerThanItsLimit) {
  ASSERT_TRUE(write_file(path("f"), "12345").has_value());
  EXPECT_EQ(read_file(path("f"), 5).value(), "12345");
  EXPECT_FALSE(read_file(path("f"), 4).has_value());
  EXPECT_EQ(read_file(path("absent")).error().kind, base::ErrorKind::io);
  EXPECT_FALSE(read_file(folder_.path()).has_value());
}

TEST_F(FilesystemTest, Appends) {
  ASSERT_TRUE(append_file(path("f"), "a\n").has_value());
  ASSERT_TRUE(append_file(path("f"), "b\n").has_value());
  EXPECT_EQ(read_file(path("f")).value(), "a\nb\n");
  EXPECT_FALSE(append_file(path("absent/f"), "a").has_value());
}

TEST_F(FilesystemTest, RemovesATemporaryFolderWithWhatIsInIt) {
  fs::path made;
  {
    auto folder = TemporaryFolder::make(folder_.path(), "t-");
    ASSERT_TRUE(folder.has_value());
    const TemporaryFolder moved = std::move(*folder);
    made = moved.path();
    EXPECT_EQ(fs::status(made).permissions(), fs::perms::owner_all);
    ASSERT_TRUE(write_file(made / "deep/file", "x").has_value());
  }
  EXPECT_FALSE(fs::exists(made));
  EXPECT_FALSE(TemporaryFolder::make(folder_.path() / "absent", "t-").has_value());
}

}  // namespace
}  // namespace ci::platform
