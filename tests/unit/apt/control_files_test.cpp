#include "apt/control_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

// A tar archive of one entry, as tar makes it with `options`.
std::string tar_of(const fs::path& folder, const std::string& options) {
  const auto file = folder / "made.tar";
  EXPECT_EQ(std::system(("tar -C " + (folder / "in").string() + " -cf " + file.string() + " " + options).c_str()), 0);
  return platform::read_file(file).value();
}

TEST(ParseControlFiles, RefusesWhatIsNotAPlainFileOfRoot) {
  const auto folder = platform::TemporaryFolder::make(testing::TempDir(), "control-").value();
  ASSERT_TRUE(platform::write_file(folder.path() / "in/control", "text"));
  ASSERT_TRUE(platform::write_file(folder.path() / "in/deeper/file", "text"));
  fs::create_symlink("/etc/passwd", folder.path() / "in/link");
  const std::string root = "--owner=0 --group=0 ";
  EXPECT_TRUE(parse_control_files(tar_of(folder.path(), root + "./control")));
  EXPECT_FALSE(parse_control_files(tar_of(folder.path(), "--owner=7 --group=0 ./control")));
  EXPECT_FALSE(parse_control_files(tar_of(folder.path(), root + "./link")));
  EXPECT_FALSE(parse_control_files(tar_of(folder.path(), root + "./deeper/file")));
  EXPECT_FALSE(parse_control_files(tar_of(folder.path(), root + "--transform=s,control,../up, ./control")));
  EXPECT_FALSE(parse_control_files(tar_of(folder.path(), root + "--format=pax --pax-option=comment=x ./control")));

  auto damaged = tar_of(folder.path(), root + "./control");
  damaged[5] = 'X';
  EXPECT_FALSE(parse_control_files(damaged));
  EXPECT_FALSE(parse_control_files(tar_of(folder.path(), root + "./control").substr(0, 600)));
  EXPECT_FALSE(parse_control_files(""));
}

}  // namespace
}  // namespace ci::apt
