#include "golang/file_times.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"

namespace ci::golang {
namespace {

class FileTimesTest : public test::TreeTest {
 protected:
  std::size_t set() { return set_times_from_contents({{"", root()}}, fakes_.seams()).value(); }
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> time(const std::string& file) const {
    struct stat status {};
    EXPECT_EQ(::lstat((root() + "/" + file).c_str(), &status), 0);
    return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
  }
  test::FakePlatform fakes_;
};

TEST_F(FileTimesTest, FollowFromTheContentsAlone) {
  write("a.txt", "one");
  write("sub/b.txt", "one");
  EXPECT_EQ(set(), 2U);
  const auto first = time("a.txt");
  EXPECT_EQ(time("sub/b.txt"), first);
  write("a.txt", "two");
  set();
  EXPECT_NE(time("a.txt"), first) << "of the same size";
  write("a.txt", "one");
  set();
  EXPECT_EQ(time("a.txt"), first);
}

TEST_F(FileTimesTest, OfFoldersFollowFromTheNamesInThem) {
  write("testdata/a", "x");
  set();
  const auto first = time("testdata");
  write("testdata/a", "y");
  set();
  EXPECT_EQ(time("testdata"), first);
  write("testdata/b", "y");
  set();
  EXPECT_NE(time("testdata"), first);
}

TEST_F(FileTimesTest, LieInThePast) {
  write("a", "x");
  set();
  EXPECT_GE(time("a").first, 978'307'200);
  EXPECT_LT(time("a").first, 1'609'459'200);
}

TEST_F(FileTimesTest, LeaveHiddenFilesAndLinksAlone) {
  write(".git/index", "x");
  write("node_modules/a/index.js", "x");
  std::filesystem::create_symlink("nowhere", root() + "/link");
  const auto before = time(".git/index");
  EXPECT_EQ(set(), 0U);
  EXPECT_EQ(time(".git/index"), before);
}

}  // namespace
}  // namespace ci::golang
