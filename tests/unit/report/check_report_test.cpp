#include "report/check_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"
#include "fakes/fake_http.hpp"
#include "report/sample_record.hpp"

namespace ci::report {
namespace {

using testing::HasSubstr;

class CheckReportTest : public testing::Test {
 protected:
  CheckReportTest() {
    context_.repository = "o/r";
    context_.run_id = "42";
    context_.commit_sha = std::string(40, 'a');
    context_.token = "ghs_secret";
    context_.workflow_path = ".github/workflows/ci.yml";
  }

  std::vector<std::string> problem_kinds() const {
    std::vector<std::string> kinds;
    for (const auto& problem : record_.problems) {
      EXPECT_EQ(problem.level, history::Problem::Level::warning);
      kinds.push_back(problem.kind);
    }
    return kinds;
  }

  base::Json body(std::size_t request) const { return *base::parse_json(http_.requests.at(request).body); }

  void refuse(int status, const std::string& message) {
    http_.answer(status, base::Json::object().set("message", message).compact());
  }

  test::FakeHttp http_;
  test::FakeClock clock_;
  github::Context context_;
  history::Record record_ = test::succeeded();
};

TEST_F(CheckReportTest, CreatesAndCompletesACheckRun) {
  http_.answer(201, R"({"id": 7, "html_url": "https://github.com/o/r/runs/7"})");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "");
  check.begin(record_);
  EXPECT_EQ(record_.check_run_url, "https://github.com/o/r/runs/7");
  check.complete(record_);
  EXPECT_EQ(body(0)["name"].as_string(), "ci-optimizer / ci / test");
  EXPECT_EQ(body(0)["external_id"].as_string(), "42-1-test");
  EXPECT_EQ(body(0)["details_url"].as_string(), "https://github.com/o/r/actions/runs/42/attempts/1");
  EXPECT_EQ(body(1)["conclusion"].as_string(), "success");
  EXPECT_THAT(body(1)["output"]["summary"].as_string(), HasSubstr("2 packages and 1 dependency"));
  EXPECT_THAT(body(1)["output"]["text"].as_string(), HasSubstr("#### Packages"));
  EXPECT_TRUE(record_.problems.empty());
}

TEST_F(CheckReportTest, ACancelledJobStillEndsItsCheckRun) {
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n");
  check.begin(record_);
  record_.status = history::JobStatus::cancelled;
  check.complete(record_);
  EXPECT_EQ(http_.requests.at(0).on_cancellation, platform::OnCancellation::stop);
  EXPECT_EQ(http_.requests.at(1).on_cancellation, platform::OnCancellation::finish);
  EXPECT_LE(http_.requests.at(1).total_timeout, std::chrono::seconds(4));
  EXPECT_EQ(body(1)["conclusion"].as_string(), "cancelled");
}

TEST_F(CheckReportTest, AReadOnlyTokenIsAWarningAndAskedOnlyOnce) {
  refuse(403, "Resource not accessible by integration");
  CheckReport check(http_, clock_, context_, "n");
  check.begin(record_);
  check.complete(record_);
  EXPECT_EQ(http_.requests.size(), 1U);
  EXPECT_EQ(problem_kinds(), std::vector<std::string>{"read-only-token"});
  EXPECT_THAT(record_.problems[0].message, HasSubstr("annotations are in this job's log"));
  EXPECT_EQ(record_.status, history::JobStatus::success);
}

TEST_F(CheckReportTest, WithoutTokenOrCommitNothingIsSent) {
  context_.token.clear();
  CheckReport(http_, clock_, context_, "n").begin(record_);
  context_.token = "t";
  context_.commit_sha.clear();
  CheckReport(http_, clock_, context_, "n").begin(record_);
  EXPECT_TRUE(http_.requests.empty());
  EXPECT_EQ(problem_kinds(), (std::vector<std::string>{"no-token", "no-commit"}));
}

TEST_F(CheckReportTest, AServiceThatWasDownAtTheStartIsAskedAgainAtTheEnd) {
  http_.refuse({base::ErrorKind::unavailable, "POST https://api.github.com/...: connection refused", ""});
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n");
  check.begin(record_);
  check.complete(record_);
  EXPECT_EQ(http_.requests.size(), 3U);
  EXPECT_EQ(record_.check_run_url, "u");
}

TEST_F(CheckReportTest, WrongAnnotationsDoNotLeaveTheCheckRunOpen) {
  record_ = test::failed();
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  refuse(422, "Invalid request");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n");
  check.begin(record_);
  check.complete(record_);
  EXPECT_FALSE(body(2)["output"].contains("annotations"));
  EXPECT_EQ(body(2)["conclusion"].as_string(), "failure");
  EXPECT_EQ(record_.problems.back().kind, "invalid-request");
}

TEST_F(CheckReportTest, EveryOtherRefusalIsAWarningWithItsOwnStory) {
  const std::vector<std::tuple<int, std::string, std::string>> cases = {
      {401, "Bad credentials", "bad-token"},
      {403, "You must authenticate via a GitHub App.", "wrong-app"},
      {403, "You have exceeded a secondary rate limit", "secondary-rate-limit"},
      {403, "No", "forbidden"},
      {404, "Not Found", "not-found"},
      {422, "No commit found for SHA", "invalid-request"},
      {502, "Server Error", "unavailable"}};
  for (const auto& [status, message, kind] : cases) {
    record_ = test::succeeded();
    refuse(status, message);
    CheckReport(http_, clock_, context_, "n").begin(record_);
    EXPECT_EQ(problem_kinds(), std::vector<std::string>{kind});
  }
}

TEST(CheckOutput, SaysHowManyAnnotationsWereDropped) {
  auto record = test::failed();
  record.problems.assign(500, test::problem(history::Problem::Level::failure, "broken"));
  const auto output = check_output(record, ".github/workflows/ci.yml");
  EXPECT_THAT(output.summary, HasSubstr("200 annotations are shown, 300 more were dropped"));
  EXPECT_LE(output.summary.size(), 65'535U);
  EXPECT_EQ(output.annotations.at(0).path, ".github/workflows/ci.yml");
  EXPECT_EQ(check_output(record, "").annotations.at(0).path, ".github");
}

TEST(DefaultCheckName, TellsMatrixJobsApart) {
  auto record = test::succeeded();
  record.matrix = {{"os", "debian"}, {"go", "1.22"}};
  EXPECT_EQ(default_check_name(record), "ci-optimizer / ci / test (1.22, debian)");
}

}  // namespace
}  // namespace ci::report
