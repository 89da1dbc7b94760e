#include "insight/flaky_jobs.hpp"

#include <gmock/gmock.h>

#include "insight/kept_runs.hpp"

namespace {

using namespace ci;
using namespace ci::insight;
using statistics::FlakyState;
using testing::IsEmpty;
using testing::SizeIs;

// A second attempt of that run.
history::Record again(history::Record record) {
  record.id += "-2";
  record.run_attempt = 2;
  record.started_at += std::chrono::minutes(10);
  return record;
}

history::Record of_job(history::Record record, const std::string& job) {
  record.id += "-" + job;
  record.job = job;
  return record;
}

std::vector<FlakyJob> found(test::KeptRuns& kept, int now = 100) {
  const auto jobs = flaky_jobs(kept.store(), {}, test::hour(now));
  EXPECT_TRUE(jobs);
  return jobs.value_or(std::vector<FlakyJob>{});
}

TEST(FlakyJobs, AReRunThatPassesMakesTheFailureOneOfChance) {
  test::KeptRuns kept;
  kept.put({test::run_of(1), test::failed_run(2), again(test::run_of(2)), test::run_of(3)});
  const auto jobs = found(kept);
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].series.job, "test");
  EXPECT_EQ(jobs[0].flakiness.state, FlakyState::flaky);
  EXPECT_EQ(jobs[0].flakiness.passes_since, 2U);
  ASSERT_THAT(jobs[0].chance_failures, SizeIs(1));
  EXPECT_EQ(jobs[0].chance_failures[0].run_id, "2");
  EXPECT_EQ(label(jobs[0].series), "ci / test");
}

TEST(FlakyJobs, AFailureThatStaysIsNone) {
  test::KeptRuns kept;
  kept.put({test::run_of(1), test::failed_run(2), again(test::failed_run(2)), test::run_of(3)});
  EXPECT_THAT(found(kept), IsEmpty());
}

TEST(FlakyJobs, AnAttemptInWhichManyJobsFailedIsTheRunners) {
  test::KeptRuns kept;
  for (const auto* job : {"a", "b", "c"}) {
    kept.put(of_job(test::failed_run(2), job));
    kept.put(of_job(again(test::run_of(2)), job));
  }
  EXPECT_THAT(found(kept), IsEmpty());
  // One of them fails alone on another commit.
  kept.put(of_job(test::failed_run(5), "b"));
  kept.put(of_job(again(test::run_of(5)), "b"));
  for (const auto* job : {"a", "c"}) kept.put(of_job(test::run_of(5), job));
  const auto jobs = found(kept);
  ASSERT_THAT(jobs, SizeIs(1));
  EXPECT_EQ(jobs[0].series.job, "b");
  EXPECT_EQ(jobs[0].flakiness.excluded, 1U);
  EXPECT_EQ(jobs[0].flakiness.chance_failures, 1U);
}

TEST(FlakyJobs, TheFlakyOnesComeFirstThenByScore) {
  test::KeptRuns kept;
  const auto flip = [&](int number, const char* job) {
    kept.put(of_job(test::failed_run(number), job));
    kept.put(of_job(again(test::run_of(number)), job));
  };
  flip(1, "cleared");
  for (int number = 2; number < 8; ++number) kept.put(of_job(test::run_of(number), "cleared"));
  flip(3, "seldom");
  flip(4, "often");
  flip(5, "often");
  const auto jobs = found(kept);
  ASSERT_THAT(jobs, SizeIs(3));
  EXPECT_EQ(jobs[0].series.job, "often");
  EXPECT_EQ(jobs[1].series.job, "seldom");
  EXPECT_EQ(jobs[2].series.job, "cleared");
  EXPECT_EQ(jobs[2].flakiness.state, FlakyState::cleared);
}

TEST(FlakyJobs, WhatIsFourWeeksOldOrWithoutACommitDoesNotCount) {
  test::KeptRuns kept;
  auto failed = test::failed_run(2);
  auto passed = again(test::run_of(2));
  kept.put({failed, passed});
  EXPECT_THAT(found(kept, 24 * 40), IsEmpty());
  for (auto* record : {&failed, &passed}) {
    record->id += "-x";
    record->run_id = "77";
    record->commit_sha = "";
    record->job = "other";
    kept.put(*record);
  }
  EXPECT_THAT(found(kept), SizeIs(1));
}

}  // namespace
