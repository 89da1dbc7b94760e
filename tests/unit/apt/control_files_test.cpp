// Against archives that the real dpkg-deb made, held against what the real dpkg-deb unpacks.
#include "apt/control_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

class ControlFilesTest : public testing::TestWithParam<std::string> {
 protected:
  static void run(const std::string& command) { ASSERT_EQ(std::system(command.c_str()), 0) << command; }

  fs::path make(const std::string& options) {
    const fs::path tree = folder_.path() / "tree";
    fs::create_directories(tree / "DEBIAN");
    EXPECT_TRUE(
        platform::write_file(tree / "DEBIAN/control",
                             "Package: one\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: d\n"));
    EXPECT_TRUE(platform::write_file(tree / "DEBIAN/postinst", "#!/bin/sh\nexit 0\n"));
    EXPECT_TRUE(platform::write_file(tree / "DEBIAN/md5sums", std::string(5000, 'x')));
    fs::permissions(tree / "DEBIAN/postinst", fs::perms(0755));
    const fs::path deb = folder_.path() / "one.deb";
    run("dpkg-deb " + options + " --build " + tree.string() + " " + deb.string() + " >/dev/null");
    return deb;
  }

  platform::TemporaryFolder folder_ = platform::TemporaryFolder::make(testing::TempDir(), "control-").value();
};

TEST_P(ControlFilesTest, AreWhatDpkgDebUnpacks) {
  const auto deb = make("--root-owner-group -Z" + GetParam());
  const auto files = read_control_files(deb);
  ASSERT_TRUE(files) << files.error().message;
  ASSERT_TRUE(write_control_files(*files, folder_.path() / "ours"));
  run("dpkg-deb --control " + deb.string() + " " + (folder_.path() / "real").string());
  run("diff -r " + (folder_.path() / "ours").string() + " " + (folder_.path() / "real").string());
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path() / "real")) {
    struct stat real {
    }, ours{};
    ASSERT_EQ(::stat(entry.path().c_str(), &real), 0);
    ASSERT_EQ(::stat((folder_.path() / "ours" / entry.path().filename()).c_str(), &ours), 0);
    EXPECT_EQ(real.st_mode, ours.st_mode) << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 3);
  EXPECT_NE(read_control(deb).value().find("Package: one\n"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Compressions, ControlFilesTest, testing::Values("none", "gzip", "xz", "zstd"));

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

TEST(WriteControlFiles, FollowsNoLink) {
  const auto folder = platform::TemporaryFolder::make(testing::TempDir(), "control-").value();
  fs::create_directory(folder.path() / "out");
  fs::create_symlink(folder.path() / "elsewhere", folder.path() / "out/control");
  EXPECT_FALSE(write_control_files({{"control", 0644, "text"}}, folder.path() / "out"));
  EXPECT_FALSE(fs::exists(folder.path() / "elsewhere"));
}

}  // namespace
}  // namespace ci::apt
