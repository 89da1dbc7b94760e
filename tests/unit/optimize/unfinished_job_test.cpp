#include "optimize/unfinished_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "history/record_reader.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

using history::JobStatus;
using testing::HasSubstr;

class UnfinishedJobTest : public test::TreeTest {
 protected:
  UnfinishedJobTest() {
    context_.repository = "o/r";
    context_.run_id = "42";
    context_.job = "test";
    context_.commit_sha = std::string(40, 'a');
    context_.token = "ghs_secret";
    state_.end = JobEnd::unknown;
  }

  // Keeps a record of a job with `status`, begun ten seconds ago.
  void keep_record(JobStatus status) {
    history::Record record;
    record.id = "1b4e28ba-2fa1-4d2b-883f-0016d3cca427";
    record.job = "test";
    record.run_id = "42";
    record.status = status;
    record.started_at = fakes_.clock.now() - std::chrono::seconds(10);
    if (status != JobStatus::running) record.exit_code = 0;
    record.report_path = root() + "/report.md";
    state_.record_path = root() + "/record.json";
    EXPECT_TRUE(platform::write_file(state_.record_path, history::to_json(record).pretty()));
  }
  history::Record kept() { return history::parse_record(platform::read_file(state_.record_path).value()).value(); }

  std::optional<history::Record> end(JobEnd end) { return end_unfinished_job(fakes_.seams(), state_, end, context_); }
  base::Json body(std::size_t request) { return *base::parse_json(fakes_.http.requests.at(request).body); }

  test::FakePlatform fakes_;
  github::Context context_;
  JobState state_;
};

TEST_F(UnfinishedJobTest, EndsTheRecordAndTheCheckRunOfACancelledJob) {
  keep_record(JobStatus::running);
  state_.check = report::OpenCheck{7, "n"};
  fakes_.http.answer(200, R"({"id": 7})");
  const auto record = end(JobEnd::cancelled);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->status, JobStatus::cancelled);
  EXPECT_EQ(kept().status, JobStatus::cancelled);
  EXPECT_EQ(kept().exit_code, 143);
  EXPECT_EQ(kept().seconds, 10);
  EXPECT_EQ(kept().problems.at(0).kind, "killed");
  EXPECT_THAT(platform::read_file(root() + "/report.md").value(), HasSubstr("was killed before it could end the job"));
  EXPECT_EQ(fakes_.http.requests.at(0).method, "PATCH");
  EXPECT_EQ(body(0)["conclusion"].as_string(), "cancelled");
}

TEST_F(UnfinishedJobTest, AJobThatWasKilledHasFailedHoweverTheOthersEnded) {
  keep_record(JobStatus::running);
  end(JobEnd::success);
  EXPECT_EQ(kept().status, JobStatus::failure);
  EXPECT_EQ(kept().exit_code, 137);
  EXPECT_TRUE(fakes_.http.requests.empty());
}

TEST_F(UnfinishedJobTest, ACheckRunThatCouldNotBeCompletedGetsTheEndThatTheRecordTells) {
  keep_record(JobStatus::success);
  state_.end = JobEnd::success;
  state_.check = report::OpenCheck{7, "n"};
  fakes_.http.answer(200, R"({"id": 7})");
  EXPECT_FALSE(end(JobEnd::failure));
  EXPECT_EQ(kept().status, JobStatus::success);
  EXPECT_EQ(body(0)["conclusion"].as_string(), "success");
}

TEST_F(UnfinishedJobTest, WithoutARecordTheCheckRunIsCompletedAllTheSame) {
  state_.check = report::OpenCheck{7, "n"};
  fakes_.http.answer(200, R"({"id": 7})");
  EXPECT_TRUE(end(JobEnd::failure));
  EXPECT_EQ(body(0)["conclusion"].as_string(), "failure");
}

TEST_F(UnfinishedJobTest, WhatGitHubRefusesIsAWarning) {
  keep_record(JobStatus::running);
  state_.check = report::OpenCheck{7, "n"};
  fakes_.http.answer(403, R"({"message": "Resource not accessible by integration"})");
  EXPECT_TRUE(end(JobEnd::failure));
  EXPECT_THAT(fakes_.log.warnings, testing::Contains(HasSubstr("the check run could not be written")));
}

TEST_F(UnfinishedJobTest, AJobThatCameToItsEndIsLeftAlone) {
  keep_record(JobStatus::running);
  state_.end = JobEnd::failure;
  EXPECT_FALSE(end(JobEnd::failure));
  EXPECT_EQ(kept().status, JobStatus::running);
}

}  // namespace
}  // namespace ci::optimize
