#include "key/runner.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_environment.hpp"
#include "platform/filesystem.hpp"

namespace ci::key {
namespace {

TEST(Runner, IsWhatTheImageSays) {
  const auto folder = platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "runner-").value();
  ASSERT_TRUE(platform::write_file(folder.path() / "etc/os-release", "NAME=x\nID=ubuntu\nVERSION_ID=\"22.04\"\n"));
  const test::FakeEnvironment environment({{"ImageOS", "ubuntu22"}, {"ImageVersion", "20240901.1.0"}});
  const auto runner = read_runner(environment, folder.path());
  EXPECT_EQ(runner.os, "ubuntu 22.04");
  EXPECT_EQ(runner.image, "ubuntu22");
  EXPECT_EQ(runner.image_version, "20240901.1.0");
  EXPECT_FALSE(runner.architecture.empty());
}

TEST(Runner, ReadsTheOtherOsRelease) {
  const auto folder = platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "runner-").value();
  EXPECT_EQ(read_runner(test::FakeEnvironment(), folder.path()).os, "linux") << "none at all";
  ASSERT_TRUE(platform::write_file(folder.path() / "usr/lib/os-release", "ID=alpine\nVERSION_ID=3.20.1\n"));
  EXPECT_EQ(read_runner(test::FakeEnvironment(), folder.path()).os, "alpine 3.20.1");
}

TEST(Runner, KnowsARollingReleaseByItsNameAlone) {
  EXPECT_EQ(release_of("ID='arch'\nBUILD_ID=rolling\n"), "arch");
}

}  // namespace
}  // namespace ci::key
