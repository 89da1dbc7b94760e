#include "apt/apt_tool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apt/privilege.hpp"
#include "fakes/fake_platform.hpp"

namespace ci::apt {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class AptToolTest : public testing::Test {
 protected:
  test::FakePlatform fakes_;
  platform::Platform platform_ = fakes_.seams();
  Settings settings_;
  AptToolTest() { settings_.program = "/opt/ci-optimizer"; }
};

TEST_F(AptToolTest, SetsTheKeysThatAptReads) {
  const AptTool tool(platform_, settings_);
  const auto command = tool.changing({"update"}, nullptr);
  EXPECT_THAT(command.argv, Contains("Acquire::Retries=1"));
  EXPECT_THAT(command.argv, Not(Contains(testing::StartsWith("APT::Acquire"))));
  EXPECT_THAT(command.argv, Contains("APT::Status-Fd=3"));
  EXPECT_TRUE(command.status_pipe);
  EXPECT_EQ(command.leftovers, platform::Leftovers::keep) << "a package's service goes on running";
}

TEST_F(AptToolTest, LetsDpkgFindTheStandInFirst) {
  AptTool tool(platform_, settings_);
  EXPECT_THAT(tool.changing({"update"}, nullptr).argv, Not(Contains(testing::StartsWith("DPkg::Path"))));
  tool.use_stand_in("/tmp/stand-in");
  const auto argv = tool.changing({"update"}, nullptr).argv;
  EXPECT_THAT(argv, Contains(testing::StartsWith("DPkg::Path=/tmp/stand-in:/")));
  EXPECT_THAT(argv, Contains("CI_OPTIMIZER_STAND_INS=/tmp/stand-in"));
  EXPECT_THAT(argv, Contains(testing::AllOf(testing::StartsWith("PATH="), Not(testing::HasSubstr("stand-in")))));
}

TEST_F(AptToolTest, UsesTheConfiguredSourcesWithTheMachinesList) {
  const auto configured = ConfiguredSources::make("/nonexistent", {});
  ASSERT_TRUE(configured) << configured.error().message;
  AptTool tool(platform_, settings_);
  EXPECT_THAT(tool.asking({"update"}, nullptr).argv, Not(Contains(testing::StartsWith("Dir::Etc::sourceparts="))));
  tool.use_configured(&*configured);
  const auto argv = tool.changing({"update"}, nullptr).argv;
  EXPECT_THAT(argv, Contains("Dir::Etc::sourceparts=" + configured->parts().string()));
  EXPECT_THAT(argv, Not(Contains(testing::StartsWith("Dir::Etc::sourcelist="))));
}

TEST_F(AptToolTest, SuppressesSyncsOnlyOnAMachineThatIsThrownAway) {
  EXPECT_THAT(AptTool(platform_, settings_).changing({"update"}, nullptr).argv, Not(Contains("--suppress-sync")));
  settings_.lifetime = Lifetime::ephemeral;
  const auto argv = AptTool(platform_, settings_).changing({"update"}, nullptr).argv;
  EXPECT_THAT(argv, Contains("--suppress-sync"));
  EXPECT_THAT(argv, Contains("Dpkg::Options::=--force-unsafe-io"));
}

TEST_F(AptToolTest, AsksWithoutRootAndWithoutAStatusPipe) {
  AptTool tool(platform_, settings_);
  tool.use_prefix({"sudo", "-n", "--"});
  const auto question = tool.asking({"indextargets"}, nullptr);
  EXPECT_EQ(question.argv.front(), "env");
  EXPECT_THAT(question.argv, Not(Contains("APT::Status-Fd=3")));
  EXPECT_FALSE(question.status_pipe);
  EXPECT_EQ(tool.changing({"update"}, nullptr).argv.front(), "sudo");
}

TEST_F(AptToolTest, GivesDpkgTheFoldersItInsistsOn) {
  fakes_.environment.variables["PATH"] = "/home/me/bin:/usr/bin";
  EXPECT_THAT(AptTool(platform_, settings_).changing({"update"}, nullptr).argv,
              Contains("PATH=/home/me/bin:/usr/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin:/bin"));
}

TEST_F(AptToolTest, HandsTheProxyOnThroughSudo) {
  fakes_.environment.variables["https_proxy"] = "http://proxy:3128";
  EXPECT_THAT(AptTool(platform_, settings_).changing({"update"}, nullptr).argv,
              Contains("https_proxy=http://proxy:3128"));
}

TEST_F(AptToolTest, HasNoMoreTimeThanTheWholeRun) {
  const AptTool unlimited(platform_, settings_);
  EXPECT_EQ(unlimited.time_left(std::chrono::seconds(30)), std::chrono::seconds(30));
  settings_.deadline = fakes_.clock.monotonic() + std::chrono::seconds(5);
  EXPECT_EQ(unlimited.time_left(std::chrono::seconds(30)), std::chrono::seconds(5));
  fakes_.clock.advance(std::chrono::seconds(6));
  EXPECT_EQ(unlimited.time_left(std::chrono::seconds(30)), std::chrono::milliseconds(1));
}

TEST(RootPrefix, IsEmptyForRootAndSudoWhereItWorks) {
  test::FakePlatform fakes;
  fakes.environment.root = true;
  EXPECT_THAT(*root_prefix(fakes.environment, fakes.processes, std::chrono::seconds(1)), ElementsAre());
  EXPECT_TRUE(fakes.processes.commands.empty());
  fakes.environment.root = false;
  fakes.processes.when("sudo", test::ScriptedRun::exits(0));
  EXPECT_THAT(*root_prefix(fakes.environment, fakes.processes, std::chrono::seconds(1)),
              ElementsAre("sudo", "-n", "--"));
}

TEST(RootPrefix, IsAPermissionErrorWhereSudoAsksForAPassword) {
  test::FakePlatform fakes;
  fakes.environment.root = false;
  fakes.processes.when("sudo", test::ScriptedRun::exits(1, "", "sudo: a password is required"));
  const auto prefix = root_prefix(fakes.environment, fakes.processes, std::chrono::seconds(1));
  ASSERT_FALSE(prefix);
  EXPECT_EQ(prefix.error().kind, base::ErrorKind::permission);
  EXPECT_THAT(prefix.error().message, testing::HasSubstr("a password is required"));
}

}  // namespace
}  // namespace ci::apt
