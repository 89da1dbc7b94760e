#include "platform/run_folder.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace ci::platform {
namespace {

namespace fs = std::filesystem;

class RunFolderTest : public testing::Test {
 protected:
  TemporaryFolder parent_ = TemporaryFolder::make(testing::TempDir(), "parent-").value();
};

TEST_F(RunFolderTest, IsForThisUserAloneAndGoesWithItsObject) {
  fs::path path;
  {
    const auto folder = RunFolder::make(parent_.path(), "test");
    ASSERT_TRUE(folder) << folder.error().message;
    path = folder->path();
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    ASSERT_TRUE(write_file(path / "more/file", "text"));
    RunFolder::remove_left_behind(parent_.path());
    EXPECT_TRUE(fs::exists(path / "more/file")) << "another run took what is in use";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(RunFolderTest, OfAKilledRunIsRemovedByAnother) {
  const auto other = parent_.path() / "something-else";
  fs::create_directory(other);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto folder = RunFolder::make(parent_.path(), "test");
    ::raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(std::distance(fs::directory_iterator(parent_.path()), {}), 2);
  RunFolder::remove_left_behind(parent_.path());
  EXPECT_EQ(std::distance(fs::directory_iterator(parent_.path()), {}), 1);
  EXPECT_TRUE(fs::exists(other));
}

TEST_F(RunFolderTest, NeedsAParentThatCanBeWritten) {
  EXPECT_FALSE(RunFolder::make(parent_.path() / "none", "test"));
  RunFolder::remove_left_behind(parent_.path() / "none");
}

}  // namespace
}  // namespace ci::platform
