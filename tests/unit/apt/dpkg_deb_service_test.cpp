// The relay as dpkg starts it, held against the real programs.
#include "apt/dpkg_deb_service.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>

#include "apt/control_files.hpp"
#include "apt/relay_program.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kPath[] = "/usr/local/bin:/usr/bin:/bin";

// The exit code of a shell line.
int exit_code(const std::string& line) {
  const int status = std::system(line.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class DpkgDebServiceTest : public testing::Test {
 protected:
  fs::path make(const std::string& options) {
    const fs::path tree = at("tree");
    fs::create_directories(tree / "DEBIAN");
    EXPECT_TRUE(
        platform::write_file(tree / "DEBIAN/control",
                             "Package: one\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: d\n"));
    EXPECT_TRUE(platform::write_file(tree / "DEBIAN/postinst", "#!/bin/sh\nexit 0\n"));
    EXPECT_TRUE(platform::write_file(tree / "DEBIAN/md5sums", std::string(500'000, 'x')));
    EXPECT_TRUE(platform::write_file(tree / "usr/file", std::string(3'000'000, 'y')));
    fs::permissions(tree / "DEBIAN/postinst", fs::perms(0755));
    EXPECT_EQ(exit_code("dpkg-deb " + options + " --build " + tree.string() + " " + at("one.deb") + " >/dev/null"), 0);
    return at("one.deb");
  }

  void start(const fs::path& deb) {
    auto service = DpkgDebService::start(kPath, {deb}, {}, nullptr);
    ASSERT_TRUE(service) << service.error().message;
    service_ = std::move(*service);
  }

  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string relay(const std::string& arguments) const { return (service_->folder() / arguments).string(); }

  platform::TemporaryFolder folder_ = platform::TemporaryFolder::make(testing::TempDir(), "relay-").value();
  std::unique_ptr<DpkgDebService> service_;
};

class EveryCompression : public DpkgDebServiceTest, public testing::WithParamInterface<std::string> {};

TEST_P(EveryCompression, GivesTheControlFilesThatDpkgDebUnpacks) {
  const auto deb = make("--root-owner-group -Z" + GetParam());
  start(deb);
  fs::create_symlink(deb, at("link.deb"));  // as apt does
  fs::rename(service_->folder() / "real/dpkg-deb", service_->folder() / "real/no-dpkg-deb");
  ASSERT_EQ(exit_code(relay("dpkg-deb --control ") + at("link.deb ") + at("ours")), 0);
  ASSERT_EQ(exit_code("dpkg-deb --control " + deb.string() + " " + at("real")), 0);
  EXPECT_EQ(exit_code("diff -r " + at("ours ") + at("real")), 0);
  int count = 0;
  for (const auto& entry : fs::directory_iterator(at("real"))) {
    struct stat real {
    }, ours{};
    ASSERT_EQ(::stat(entry.path().c_str(), &real), 0);
    ASSERT_EQ(::stat((fs::path(at("ours")) / entry.path().filename()).c_str(), &ours), 0);
    EXPECT_EQ(real.st_mode, ours.st_mode) << entry.path();
    ++count;
  }
  EXPECT_EQ(count, 3);
  EXPECT_NE(read_control(deb).value().find("Package: one\n"), std::string::npos);
}

TEST_P(EveryCompression, GivesTheContentsThatDpkgDebDecompresses) {
  const auto deb = make("--root-owner-group -Z" + GetParam());
  ASSERT_EQ(exit_code("dpkg-deb --fsys-tarfile " + deb.string() + " >" + at("real")), 0);
  start(deb);
  ASSERT_EQ(exit_code(relay("dpkg-deb --fsys-tarfile ") + deb.string() + " | cat >" + at("ours")), 0);
  EXPECT_EQ(exit_code("cmp " + at("ours ") + at("real")), 0);
  EXPECT_EQ(service_->served(), 1);
  // It is served once; then the real one does it.
  ASSERT_EQ(exit_code(relay("dpkg-deb --fsys-tarfile ") + deb.string() + " | cmp - " + at("real")), 0);
  EXPECT_EQ(service_->served(), 1);
}
INSTANTIATE_TEST_SUITE_P(Compressions, EveryCompression, testing::Values("none", "gzip", "xz", "zstd"));

TEST_F(DpkgDebServiceTest, LeavesEverythingElseToTheRealProgram) {
  const auto deb = make("-Zgzip");
  start(deb);
  ASSERT_EQ(exit_code(relay("dpkg-deb --version >") + at("ours") + " && dpkg-deb --version >" + at("real")), 0);
  EXPECT_EQ(exit_code("cmp " + at("ours ") + at("real")), 0);
  EXPECT_EQ(exit_code(relay("dpkg-deb --control ") + at("none.deb ") + at("out") + " 2>" + at("errors")), 2);
  EXPECT_EQ(exit_code("grep -q none.deb " + at("errors")), 0);
}

TEST_F(DpkgDebServiceTest, ServesNoArchiveThatItHasNotRead) {
  const auto deb = make("-Zgzip");
  start(at("other.deb"));
  EXPECT_EQ(exit_code(relay("dpkg-deb --fsys-tarfile ") + deb.string() + " | tar -t >" + at("names")), 0);
  EXPECT_EQ(exit_code("grep -q usr/file " + at("names")), 0);
  EXPECT_EQ(service_->served(), 0);
}

TEST_F(DpkgDebServiceTest, TakesARelativeNameFromTheFolderOfWhoAsks) {
  const auto deb = make("--root-owner-group -Zgzip");
  start(deb);
  fs::create_directory(at("elsewhere"));
  ASSERT_EQ(exit_code("cp " + deb.string() + " " + at("elsewhere/same.deb")), 0);
  fs::remove(at("tree/DEBIAN/postinst"));
  ASSERT_EQ(exit_code("dpkg-deb --build " + at("tree ") + at("same.deb") + " >" + at("said")), 0);
  const auto before = fs::current_path();
  fs::current_path(at("elsewhere"));
  EXPECT_EQ(exit_code("cd .. && " + relay("dpkg-deb --control same.deb out")), 0);
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(at("out/control")));
  EXPECT_FALSE(fs::exists(at("out/postinst"))) << "the other same.deb has one";
}

TEST_F(DpkgDebServiceTest, WritesNoControlFileThroughALink) {
  const auto deb = make("--root-owner-group -Zgzip");
  start(deb);
  fs::create_directory(at("out"));
  fs::create_symlink(at("elsewhere"), at("out/control"));
  EXPECT_EQ(exit_code(relay("dpkg-deb --control ") + deb.string() + " " + at("out") + " 2>" + at("errors")), 2);
  EXPECT_FALSE(fs::exists(at("elsewhere")));
}

TEST_F(DpkgDebServiceTest, TellsAWholeArchiveFromAPartAsDpkgSplitDoes) {
  const auto deb = make("-Znone");
  start(deb);
  EXPECT_EQ(exit_code("dpkg-split -Qao " + at("joined ") + deb.string()), 1);
  EXPECT_EQ(exit_code(relay("dpkg-split -Qao ") + at("joined ") + deb.string()), 1);
  ASSERT_EQ(exit_code("dpkg-split --split --partsize 4000 " + deb.string() + " " + at("part") + " >" + at("said")), 0);
  EXPECT_EQ(exit_code(relay("dpkg-split -Qao ") + at("joined ") + at("part.1of1.deb") + " >" + at("said")), 0);
  EXPECT_EQ(exit_code("cmp " + at("joined ") + deb.string()), 0);
}

TEST_F(DpkgDebServiceTest, TheRelayIsTheRealProgramWhenNobodyListens) {
  const auto deb = make("--root-owner-group -Zgzip");
  fs::create_directory(at("real"));
  ASSERT_TRUE(platform::write_file(at("dpkg-deb"), relay_program()));
  fs::permissions(at("dpkg-deb"), fs::perms(0700));
  EXPECT_EQ(exit_code(at("dpkg-deb --version 2>") + at("errors")), 2);
  EXPECT_EQ(exit_code("grep -q 'no such program' " + at("errors")), 0);
  fs::create_symlink("/usr/bin/dpkg-deb", at("real/dpkg-deb"));
  EXPECT_EQ(exit_code(at("dpkg-deb --fsys-tarfile ") + deb.string() + " | tar -t >" + at("names")), 0);
  EXPECT_EQ(exit_code("grep -q usr/file " + at("names")), 0);
  EXPECT_EQ(exit_code(at("dpkg-deb --control ") + deb.string() + " " + at("out")), 0);
  EXPECT_TRUE(fs::exists(at("out/postinst")));
}

}  // namespace
}  // namespace ci::apt
