#include "apt/installation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"

namespace ci::apt {
namespace {

using platform::Stream;
using test::ScriptedRun;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

ScriptedRun says(int code, Stream stream, const std::vector<std::string>& lines) {
  auto run = ScriptedRun::exits(code);
  for (const auto& line : lines) run.lines.emplace_back(stream, line);
  return run;
}

// What apt and dpkg do is seen in tests/integration; here, what is asked of them and in which order.
class InstallationTest : public testing::Test {
 protected:
  InstallationTest() {
    fakes_.environment.root = true;
    settings_.packages = *parse_package_specs({"tool"});
    settings_.program = "/opt/ci-optimizer";
    dpkg_has({});
    fakes_.processes.when("indextargets", ScriptedRun::exits(0, "Packages|http://m/debian/|/nonexistent/m_Packages\n"));
    fakes_.processes.when("apt-get", ScriptedRun::exits(0));
    fakes_.processes.when("--print-uris",
                          says(0, Stream::out, {"'http://m/debian/tool_1.0_all.deb' tool_1.0_all.deb 300 SHA256:00"}));
    fakes_.processes.when("indextargets", ScriptedRun::exits(0, "Packages|http://m/debian/|/nonexistent/m_Packages\n"));
  }

  void dpkg_has(const std::vector<std::string>& lines) {
    fakes_.processes.when("dpkg-query", says(0, Stream::out, lines));
  }
  void dpkg_has_after_install(const std::vector<std::string>& lines) {
    fakes_.processes.when("dpkg-query", [this, lines](const platform::Command&) -> base::Result<ScriptedRun> {
      return says(0, Stream::out, ran("--allow-downgrades install -- tool") ? lines : std::vector<std::string>{});
    });
  }
  bool ran(const std::string& a, const std::string& b = {}) const {
    for (const auto& line : fakes_.processes.command_lines()) {
      if (line.find(a) != std::string::npos && line.find(b) != std::string::npos) return true;
    }
    return false;
  }
  InstallResult install() {
    const auto seams = fakes_.seams();
    return Installation(seams, settings_).install();
  }

  test::FakePlatform fakes_;
  Settings settings_;
};

TEST_F(InstallationTest, TouchesNothingWhenNothingIsMissing) {
  dpkg_has({"ii \ttool\tall\t1.0\t7\t"});
  const auto result = install();
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.outcome.tier, "none");
  EXPECT_THAT(fakes_.processes.command_lines(), Not(Contains(HasSubstr("apt-get"))));
  ASSERT_EQ(result.outcome.packages.size(), 1U);
  EXPECT_EQ(result.outcome.packages[0].status, history::PackageStatus::installed);
  EXPECT_EQ(result.outcome.packages[0].installed_bytes, 7 * 1024);
}

TEST_F(InstallationTest, UpdatesMissingListsThenInstalls) {
  dpkg_has_after_install({"ii \ttool\tall\t1.0\t7\t"});
  const auto result = install();
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.outcome.tier, "network");
  EXPECT_TRUE(ran("apt-get", " update"));
  ASSERT_EQ(result.outcome.packages.size(), 1U);
  EXPECT_EQ(result.outcome.packages[0].version, "1.0");
  EXPECT_EQ(result.outcome.packages[0].download_bytes, 300);
}

TEST_F(InstallationTest, TakesDpkgsWordOverApts) {
  const auto result = install();  // apt exits 0, dpkg has nothing
  EXPECT_EQ(result.failure, base::ErrorKind::environment);
  EXPECT_EQ(result.outcome.packages[0].status, history::PackageStatus::failed);
  EXPECT_THAT(result.problems.back().message, HasSubstr("not installed"));
}

TEST_F(InstallationTest, TellsAnUnknownPackageAfterOneUpdate) {
  fakes_.processes.when("--print-uris", says(100, Stream::err, {"E: Unable to locate package tool"}));
  const auto result = install();
  EXPECT_EQ(result.failure, base::ErrorKind::environment);
  EXPECT_EQ(result.problems.back().kind, "unknown-package");
  const auto lines = fakes_.processes.command_lines();
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const auto& l) { return l.ends_with(" update"); }), 1);
}

TEST_F(InstallationTest, ToleratesASourceThatNothingNeeds) {
  dpkg_has_after_install({"ii \ttool\tall\t1.0\t7\t"});
  fakes_.processes.when(" update",
                        says(100, Stream::err, {"E: Failed to fetch http://ppa/x/InRelease  403  Forbidden"}));
  const auto result = install();
  EXPECT_FALSE(result.failure);
  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_EQ(result.problems[0].level, history::Problem::Level::warning);
  EXPECT_EQ(result.problems[0].host, "ppa");
}

TEST_F(InstallationTest, GivesUpAfterOneMoreTryWhenTheNeededSourceFails) {
  fakes_.processes.when(
      "--allow-downgrades install",
      says(100, Stream::err, {"E: Failed to fetch http://m/debian/tool_1.0_all.deb  503  Service Unavailable"}));
  const auto result = install();
  EXPECT_EQ(result.failure, base::ErrorKind::environment);
  const auto lines = fakes_.processes.command_lines();
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                          [](const auto& l) { return l.find("--allow-downgrades install") != std::string::npos; }),
            2);
  const auto& problem = result.problems.back();
  EXPECT_EQ(problem.kind, "http-error");
  EXPECT_EQ(problem.phase, "download");
  EXPECT_EQ(problem.host, "m");
  EXPECT_FALSE(problem.hint.empty());
}

TEST_F(InstallationTest, UpdatesOnceWhenAnArchiveIsGone) {
  int tries = 0;
  dpkg_has_after_install({"ii \ttool\tall\t1.0\t7\t"});
  settings_.lists_max_age = std::chrono::hours(1);
  fakes_.processes.when("indextargets", ScriptedRun::exits(0, "Packages|http://m/debian/|/proc/self/status\n"));
  fakes_.clock.advance(std::chrono::hours(-24 * 365 * 10));  // the "list" is younger than now
  fakes_.processes.when("--allow-downgrades install", [&](const platform::Command&) -> base::Result<ScriptedRun> {
    if (++tries > 1) return ScriptedRun::exits(0);
    return says(100, Stream::err, {"E: Failed to fetch http://m/debian/tool_1.0_all.deb  404  Not Found"});
  });
  const auto result = install();
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(tries, 2);
  EXPECT_TRUE(ran("apt-get", " update"));
}

TEST_F(InstallationTest, EndsWhenTheDeadlinePasses) {
  auto run = ScriptedRun::exits(0);
  run.outcome.end = platform::End::timed_out;
  fakes_.processes.when(" update", run);
  const auto result = install();
  EXPECT_EQ(result.failure, base::ErrorKind::timeout);
  EXPECT_EQ(result.problems.back().phase, "update");
}

TEST_F(InstallationTest, FinishesWhatAKilledRunLeft) {
  dpkg_has({"iU \ttool\tall\t1.0\t7\t"});
  fakes_.processes.when("--configure", [this](const platform::Command&) -> base::Result<ScriptedRun> {
    dpkg_has({"ii \ttool\tall\t1.0\t7\t"});
    return ScriptedRun::exits(0);
  });
  const auto result = install();
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.outcome.tier, "none");
  EXPECT_THAT(fakes_.processes.command_lines(), Not(Contains(HasSubstr("apt-get"))));
}

}  // namespace
}  // namespace ci::apt
