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

  std::vector<std::string> problem_kinds_of_reports() const {
    std::vector<std::string> kinds;
    for (const auto& problem : record_.problems) {
      if (problem.step == "report") kinds.push_back(problem.kind);
    }
    return kinds;
  }

  base::Json body(std::size_t request) const { return *base::parse_json(http_.requests.at(request).body); }

  void none_is_there() { http_.answer(200, R"({"total_count": 0, "check_runs": []})"); }

  // There is one check run with these members.
  void one_is_there(const std::string& external_id, const std::string& status, int annotations) {
    base::Json run;
    run.set("id", 5).set("name", "n").set("external_id", external_id).set("status", status);
    run.set("output", base::Json::object().set("annotations_count", annotations));
    http_.answer(200, base::Json::object().set("check_runs", base::Json::array().push(std::move(run))).compact());
  }

  std::vector<std::string> methods() const {
    std::vector<std::string> made;
    for (const auto& request : http_.requests) made.push_back(request.method);
    return made;
  }

  void refuse(int status, const std::string& message) {
    http_.answer(status, base::Json::object().set("message", message).compact());
  }

  test::FakeHttp http_;
  test::FakeClock clock_;
  github::Context context_;
  history::Record record_ = test::succeeded();
};

TEST_F(CheckReportTest, CreatesAndCompletesACheckRun) {
  none_is_there();
  http_.answer(201, R"({"id": 7, "html_url": "https://github.com/o/r/runs/7"})");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "", CheckWish::asked_for);
  check.begin(record_);
  EXPECT_EQ(record_.check_run_url, "https://github.com/o/r/runs/7");
  check.complete(record_, nullptr);
  EXPECT_EQ(body(1)["name"].as_string(), "ci-optimizer / ci / test");
  EXPECT_EQ(body(1)["external_id"].as_string(), "42-1-test");
  EXPECT_EQ(body(1)["details_url"].as_string(), "https://github.com/o/r/actions/runs/42/attempts/1");
  EXPECT_EQ(body(2)["conclusion"].as_string(), "success");
  EXPECT_THAT(body(2)["output"]["summary"].as_string(), HasSubstr("2 packages and 1 dependency"));
  EXPECT_THAT(body(2)["output"]["text"].as_string(), HasSubstr("#### Packages"));
  EXPECT_TRUE(record_.problems.empty());
}

TEST_F(CheckReportTest, ACancelledJobStillEndsItsCheckRun) {
  none_is_there();
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n", CheckWish::asked_for);
  check.begin(record_);
  record_.status = history::JobStatus::cancelled;
  check.complete(record_, nullptr);
  EXPECT_EQ(http_.requests.at(1).on_cancellation, platform::OnCancellation::stop);
  EXPECT_EQ(http_.requests.at(2).on_cancellation, platform::OnCancellation::finish);
  EXPECT_LE(http_.requests.at(2).total_timeout, std::chrono::seconds(4));
  EXPECT_EQ(body(2)["conclusion"].as_string(), "cancelled");
}

TEST_F(CheckReportTest, AReadOnlyTokenIsAWarningAndAskedOnlyOnce) {
  refuse(403, "Resource not accessible by integration");
  CheckReport check(http_, clock_, context_, "n", CheckWish::asked_for);
  check.begin(record_);
  check.complete(record_, nullptr);
  EXPECT_EQ(http_.requests.size(), 1U);
  EXPECT_EQ(problem_kinds(), std::vector<std::string>{"read-only-token"});
  EXPECT_THAT(record_.problems[0].message, HasSubstr("annotations are in this job's log"));
  EXPECT_EQ(record_.status, history::JobStatus::success);
}

TEST_F(CheckReportTest, WithoutTokenOrCommitNothingIsSent) {
  context_.token.clear();
  CheckReport(http_, clock_, context_, "n", CheckWish::asked_for).begin(record_);
  context_.token = "t";
  context_.commit_sha.clear();
  CheckReport(http_, clock_, context_, "n", CheckWish::asked_for).begin(record_);
  EXPECT_TRUE(http_.requests.empty());
  EXPECT_EQ(problem_kinds(), (std::vector<std::string>{"no-token", "no-commit"}));
}

TEST_F(CheckReportTest, AServiceThatWasDownAtTheStartIsAskedAgainAtTheEnd) {
  http_.refuse({base::ErrorKind::unavailable, "GET https://api.github.com/...: connection refused", ""});
  none_is_there();
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n", CheckWish::asked_for);
  check.begin(record_);
  check.complete(record_, nullptr);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "GET", "POST", "PATCH"}));
  EXPECT_EQ(record_.check_run_url, "u");
}

TEST_F(CheckReportTest, WrongAnnotationsDoNotLeaveTheCheckRunOpen) {
  record_ = test::failed();
  none_is_there();
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  refuse(422, "Invalid request");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n", CheckWish::asked_for);
  check.begin(record_);
  check.complete(record_, nullptr);
  EXPECT_FALSE(body(3)["output"].contains("annotations"));
  EXPECT_EQ(body(3)["conclusion"].as_string(), "failure");
  EXPECT_EQ(record_.problems.back().kind, "invalid-request");
}

TEST_F(CheckReportTest, ARerunTakesOverWhatAnEarlierAttemptLeftInProgress) {
  record_.run_attempt = 2;
  one_is_there("42-1-test", "in_progress", 3);
  http_.answer(200, R"({"id": 5, "html_url": "u", "status": "in_progress"})");
  http_.answer(200, R"({"id": 5})");
  CheckReport check(http_, clock_, context_, "n", CheckWish::asked_for);
  check.begin(record_);
  check.complete(record_, nullptr);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "PATCH", "PATCH"}));
  EXPECT_TRUE(http_.requests.at(1).url.ends_with("/repos/o/r/check-runs/5"));
  EXPECT_EQ(body(1)["external_id"].as_string(), "42-2-test");
  EXPECT_EQ(body(1)["status"].as_string(), "in_progress");
  EXPECT_FALSE(body(1).contains("head_sha"));
  EXPECT_EQ(record_.check_run_url, "u");
  EXPECT_FALSE(check.open());
}

TEST_F(CheckReportTest, TheCheckRunOfAnotherJobIsLeftAlone) {
  one_is_there("42-1-other", "in_progress", 0);
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  CheckReport(http_, clock_, context_, "n", CheckWish::asked_for).begin(record_);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "POST"}));
}

TEST_F(CheckReportTest, WhatIsCompletedIsReopenedWhereGitHubDoesSoElseANewOneIsMade) {
  one_is_there("42-1-test", "completed", 0);
  http_.answer(200, R"({"id": 5, "html_url": "u", "status": "in_progress"})");
  CheckReport(http_, clock_, context_, "n", CheckWish::asked_for).begin(record_);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "PATCH"}));

  http_.requests.clear();
  one_is_there("42-1-test", "completed", 0);
  http_.answer(200, R"({"id": 5, "html_url": "u", "status": "completed"})");
  http_.answer(201, R"({"id": 7, "html_url": "v"})");
  CheckReport(http_, clock_, context_, "n", CheckWish::asked_for).begin(record_);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "PATCH", "POST"}));
  EXPECT_EQ(record_.check_run_url, "v");
}

TEST_F(CheckReportTest, TheAnnotationsOfAnAttemptThatIsOverDoNotStayBesideTheNewOnes) {
  one_is_there("42-1-test", "completed", 1);
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  CheckReport(http_, clock_, context_, "n", CheckWish::asked_for).begin(record_);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "POST"}));
}

TEST_F(CheckReportTest, ACheckRunWhoseAnswerWasLostIsFoundAtTheEnd) {
  none_is_there();
  http_.refuse({base::ErrorKind::unavailable, "POST https://api.github.com/...: no answer", ""});
  one_is_there("42-1-test", "in_progress", 0);
  http_.answer(200, R"({"id": 5, "html_url": "u", "status": "in_progress"})");
  http_.answer(200, R"({"id": 5})");
  CheckReport check(http_, clock_, context_, "n", CheckWish::if_possible);
  check.begin(record_);
  ASSERT_TRUE(check.open());
  EXPECT_EQ(check.open()->id, 0);
  check.complete(record_, nullptr);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "POST", "GET", "PATCH", "PATCH"}));
  EXPECT_TRUE(record_.problems.empty());
}

TEST_F(CheckReportTest, WhatNobodyAskedForIsTriedOnceAndSilently) {
  const std::vector<std::pair<int, std::string>> refusals = {{403, "Resource not accessible by integration"},
                                                             {401, "Bad credentials"},
                                                             {403, "You have exceeded a secondary rate limit"},
                                                             {404, "Not Found"},
                                                             {502, "Server Error"}};
  for (const auto& [status, message] : refusals) {
    http_.requests.clear();
    refuse(status, message);
    if (status == 404) refuse(status, message);
    CheckReport check(http_, clock_, context_, "n", CheckWish::if_possible);
    check.begin(record_);
    check.complete(record_, nullptr);
    EXPECT_EQ(http_.requests.size(), status == 404 ? 2U : 1U) << message;
    EXPECT_FALSE(check.open());
    EXPECT_LE(http_.requests.at(0).total_timeout, std::chrono::seconds(4));
  }
  context_.token.clear();
  CheckReport(http_, clock_, context_, "n", CheckWish::if_possible).begin(record_);
  context_.commit_sha.clear();
  CheckReport(http_, clock_, context_, "n", CheckWish::if_possible).begin(record_);
  EXPECT_TRUE(record_.problems.empty());
}

TEST_F(CheckReportTest, SomebodyElseCanCompleteIt) {
  http_.answer(200, R"({"id": 7})");
  record_.status = history::JobStatus::cancelled;
  CheckReport check(http_, clock_, context_, "", CheckWish::asked_for);
  check.resume({7, "n"});
  check.complete(record_, nullptr);
  EXPECT_EQ(methods(), std::vector<std::string>{"PATCH"});
  EXPECT_EQ(body(0)["conclusion"].as_string(), "cancelled");
  EXPECT_FALSE(check.open());
}

TEST_F(CheckReportTest, ASignalWhileALimitIsWaitedForStillEndsTheCheckRun) {
  record_ = test::failed();
  none_is_there();
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  http_.refuse({base::ErrorKind::cancelled, "PATCH https://api.github.com/...: cancelled", ""});
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n", CheckWish::asked_for);
  check.begin(record_);
  check.complete(record_, nullptr);
  EXPECT_EQ(body(3)["conclusion"].as_string(), "failure");
  EXPECT_LE(http_.requests.at(3).total_timeout, std::chrono::seconds(4));
  EXPECT_TRUE(problem_kinds_of_reports().empty());
}

TEST_F(CheckReportTest, ACancelledJobSendsOneRequestHoweverManyAnnotations) {
  record_ = test::failed();
  record_.status = history::JobStatus::cancelled;
  record_.problems.assign(120, test::problem(history::Problem::Level::failure, "broken"));
  none_is_there();
  http_.answer(201, R"({"id": 7, "html_url": "u"})");
  http_.answer(200, R"({"id": 7})");
  CheckReport check(http_, clock_, context_, "n", CheckWish::asked_for);
  check.begin(record_);
  check.complete(record_, nullptr);
  EXPECT_EQ(methods(), (std::vector<std::string>{"GET", "POST", "PATCH"}));
  EXPECT_THAT(body(2)["output"]["summary"].as_string(), HasSubstr("50 annotations are shown, 70 more were dropped"));
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
    none_is_there();
    refuse(status, message);
    CheckReport(http_, clock_, context_, "n", CheckWish::asked_for).begin(record_);
    EXPECT_EQ(problem_kinds(), std::vector<std::string>{kind});
  }
}

TEST(CheckOutput, SaysHowManyAnnotationsWereDropped) {
  auto record = test::failed();
  record.problems.assign(500, test::problem(history::Problem::Level::failure, "broken"));
  const auto output = check_output(record, nullptr, ".github/workflows/ci.yml");
  EXPECT_THAT(output.summary, HasSubstr("200 annotations are shown, 300 more were dropped"));
  EXPECT_LE(output.summary.size(), 65'535U);
  EXPECT_EQ(output.annotations.at(0).path, ".github/workflows/ci.yml");
  EXPECT_EQ(check_output(record, nullptr, "").annotations.at(0).path, ".github");
}

}  // namespace
}  // namespace ci::report
