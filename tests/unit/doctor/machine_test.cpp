#include "doctor/machine.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"
#include "platform/filesystem.hpp"

namespace ci::doctor {
namespace {

namespace fs = std::filesystem;
using test::ScriptedRun;

// A machine as files below a folder, on which all is well until a test changes it.
class Machine : public testing::Test {
 protected:
  Machine() : root_(*platform::TemporaryFolder::make(fs::temp_directory_path(), "machine-")) {
    for (const char* file : {"usr/bin/dpkg", "usr/bin/apt-get", "var/lib/dpkg/status", "run/systemd/system/x",
                             "var/lib/apt/lists/mirror_InRelease"})
      write(file, "x");
    fake_.processes.when("dpkg --audit", ScriptedRun::exits(0));
    fake_.processes.when("git --version", ScriptedRun::exits(0, "git version 2.39.5\n"));
    fake_.processes.when("node --version", ScriptedRun::exits(0, "v20.1.0\n"));
    // The files are of now.
    fake_.clock.advance(std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now()) -
                        fake_.clock.now());
  }

  void write(const std::string& file, const std::string& text) const {
    ASSERT_TRUE(platform::write_file(root_.path() / file, text).has_value());
  }
  void remove(const std::string& file) const { fs::remove(root_.path() / file); }

  // "severity: state" of the fact `name`.
  std::string fact(const std::string& name) {
    for (const auto& fact : machine_facts(fake_.seams(), root_.path())) {
      if (fact.name != name) continue;
      EXPECT_EQ(fact.severity.has_value(), !fact.advice.empty()) << name;
      return std::string(fact.severity ? word(*fact.severity) : "ok") + ": " + fact.state;
    }
    return "no such fact";
  }

  platform::TemporaryFolder root_;
  test::FakePlatform fake_;
};

TEST_F(Machine, OnWhichAllIsWellHasNoAdvice) {
  for (const auto& fact : machine_facts(fake_.seams(), root_.path())) {
    if (fact.name == "disk") continue;  // that of the machine the test runs on
    EXPECT_FALSE(fact.severity.has_value()) << fact.name << ": " << fact.state;
  }
  EXPECT_EQ(fact("git"), "ok: git version 2.39.5");
}

TEST_F(Machine, WithoutRootAsksSudo) {
  fake_.environment.root = false;
  fake_.processes.when("sudo -n -- true", ScriptedRun::exits(1));
  EXPECT_EQ(fact("privilege"), "warning: neither root nor sudo without a password");
  fake_.processes.when("sudo -n -- true", ScriptedRun::exits(0));
  EXPECT_EQ(fact("privilege"), "ok: sudo without a password");
}

TEST_F(Machine, TellsPackagesThatAreHalfInstalled) {
  fake_.processes.when("dpkg --audit", ScriptedRun::exits(0, "The following packages are only half configured\n"));
  EXPECT_EQ(fact("apt"), "warning: packages are installed half-way");
  fake_.processes.when("dpkg --audit", ScriptedRun::exits(2));
  EXPECT_EQ(fact("apt"), "warning: dpkg --audit fails: exit code 2");
  remove("usr/bin/apt-get");
  EXPECT_EQ(fact("apt"), "warning: no apt-get or no dpkg");
}

TEST_F(Machine, TellsPackageListsThatAreOldOrNotThere) {
  fake_.clock.advance(std::chrono::hours(24 * 9));
  EXPECT_EQ(fact("package lists"), "note: 9 days old");
  remove("var/lib/apt/lists/mirror_InRelease");
  EXPECT_EQ(fact("package lists"), "note: none");
}

TEST_F(Machine, TellsAClockThatIsBehind) {
  fake_.clock.advance(-std::chrono::hours(48));
  EXPECT_NE(fact("clock").find("warning: "), std::string::npos);
}

TEST_F(Machine, TellsWhatAControlGroupLeavesOfTheCores) {
  write("sys/fs/cgroup/cpu.max", "50000 100000\n");
  EXPECT_NE(fact("cores").find("0.5 may be used"), std::string::npos) << fact("cores");
  write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_NE(fact("cores").find("ok: "), std::string::npos);
}

TEST_F(Machine, TellsTheManualsIndexAndServicesThatDoNotStart) {
  write("var/lib/man-db/auto-update", "");
  EXPECT_EQ(fact("manual index"), "note: rebuilt by every installation");
  remove("run/systemd/system/x");
  remove("run/systemd/system");
  write(".dockerenv", "");
  EXPECT_EQ(fact("services"), "note: a container without systemd");
}

TEST_F(Machine, TellsWhetherTheCacheServiceCanBeReached) {
  fake_.environment.variables["GITHUB_ACTIONS"] = "true";
  EXPECT_EQ(fact("cache service"), "note: no address or token in this step");
  fake_.environment.variables["ACTIONS_RESULTS_URL"] = "https://results.example/";
  fake_.environment.variables["ACTIONS_RUNTIME_TOKEN"] = "secret-token";
  EXPECT_EQ(fact("cache service"), "ok: address and token given");
}

TEST_F(Machine, TellsToolsThatAreMissing) {
  fake_.processes.when("git --version", [](const platform::Command&) -> base::Result<ScriptedRun> {
    return base::fail(base::ErrorKind::environment, "git: not found");
  });
  EXPECT_EQ(fact("git"), "note: not there");
}

TEST_F(Machine, IsAskedWithDeadlines) {
  machine_facts(fake_.seams(), root_.path());
  for (const auto& command : fake_.processes.commands) EXPECT_TRUE(command.timeout.has_value()) << command.argv.front();
}

}  // namespace
}  // namespace ci::doctor
