#include "optimize/job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"
#include "optimize/exit_code.hpp"

namespace ci::optimize {
namespace {

using test::ScriptedRun;

class JobTest : public testing::Test {
 protected:
  JobTest() {
    fakes_.environment.root = true;
    record_.status = history::JobStatus::running;
    ScriptedRun installed = ScriptedRun::exits(0);
    installed.lines.emplace_back(platform::Stream::out, "ii \ttool\tall\t1.0\t7\t");
    fakes_.processes.when("dpkg-query", installed);
  }
  void ask_for(const char* package) {
    request_.apt.emplace();
    request_.apt->packages = *apt::parse_package_specs({package});
  }
  void smoke_test(const char* run) { request_.smoke.emplace_back().run = run; }
  int run() {
    const auto seams = fakes_.seams();
    EarlierJobs earlier;
    run_job(seams, request_, record_, earlier, [this](const history::Record& ended) {
      ended_as_ = ended.status;
      return judged_;
    });
    return *record_.exit_code;
  }
  test::FakePlatform fakes_;
  Request request_;
  history::Record record_;
  std::vector<history::Problem> judged_;
  std::optional<history::JobStatus> ended_as_;
};

TEST_F(JobTest, JudgesTheBudgetIntoAMetric) {
  ask_for("tool");
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(record_.status, history::JobStatus::success);
  ASSERT_FALSE(record_.metrics.empty());
  EXPECT_EQ(record_.metrics[0].name, "package_installation_time");
  EXPECT_EQ(record_.metrics[0].threshold, 73);
  EXPECT_EQ(record_.metrics[0].verdict, history::Verdict::met);
}

TEST_F(JobTest, WarnsOfAMissedBudgetAndFailsOnlyWhenTheGateSaysSo) {
  ask_for("tool");
  request_.budget = std::chrono::seconds(-1);
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(record_.problems.back().kind, "budget-missed");
  EXPECT_EQ(record_.problems.back().level, history::Problem::Level::warning);

  record_ = {};
  record_.status = history::JobStatus::running;
  request_.budget_gate = Gate::fail;
  EXPECT_EQ(run(), kDeadline);
  EXPECT_EQ(record_.status, history::JobStatus::failure);
}

TEST_F(JobTest, ReportsEveryFailedSmokeTest) {
  smoke_test("one");
  smoke_test("two");
  smoke_test("three");
  fakes_.processes.when("one", ScriptedRun::exits(1));
  fakes_.processes.when("two", ScriptedRun::exits(0));
  fakes_.processes.when("three", ScriptedRun::exits(3, "oh"));
  EXPECT_EQ(run(), kTestFailed);
  EXPECT_EQ(record_.smoke[0].status, history::SmokeStatus::failed);
  EXPECT_EQ(record_.smoke[1].status, history::SmokeStatus::passed);
  EXPECT_EQ(record_.smoke[2].output, "oh");
  EXPECT_EQ(record_.problems.size(), 2U);
}

TEST_F(JobTest, TellsWhenItsPartsBegan) {
  smoke_test("one");
  fakes_.processes.when("one", ScriptedRun::exits(0));
  fakes_.clock.advance(std::chrono::seconds(100));  // before the job
  EXPECT_EQ(run(), 0);
  ASSERT_EQ(record_.spans.size(), 1U);
  EXPECT_EQ(record_.spans[0].lane, "smoke");
  EXPECT_LT(record_.spans[0].start, 100);
}

TEST_F(JobTest, SkipsSmokeTestsOfPackagesThatAreNotThere) {
  ask_for("other");
  smoke_test("other --version");
  EXPECT_EQ(run(), kEnvironment);
  EXPECT_EQ(record_.smoke[0].status, history::SmokeStatus::skipped);
}

TEST_F(JobTest, AFailureThatIsJudgedFailsItLikeAMissedBudget) {
  auto& problem = judged_.emplace_back();
  problem.level = history::Problem::Level::warning;
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(ended_as_, history::JobStatus::success);
  EXPECT_EQ(record_.problems.size(), 1U);

  problem.level = history::Problem::Level::failure;
  record_ = {};
  record_.status = history::JobStatus::running;
  EXPECT_EQ(run(), kDeadline);
  EXPECT_EQ(ended_as_, history::JobStatus::success);
  EXPECT_EQ(record_.status, history::JobStatus::failure);
}

TEST_F(JobTest, IsCancelledByASignalWhateverElseHappened) {
  smoke_test("one");
  fakes_.processes.when("one", ScriptedRun::exits(1));
  fakes_.cancellation.raise(15);
  EXPECT_EQ(run(), 143);
  EXPECT_EQ(record_.status, history::JobStatus::cancelled);
}

}  // namespace
}  // namespace ci::optimize
