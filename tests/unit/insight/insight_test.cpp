#include "insight/insight.hpp"

#include <gmock/gmock.h>

#include "insight/kept_runs.hpp"

namespace {

using namespace ci;
using namespace ci::insight;
using statistics::Assessment;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Insight look(test::KeptRuns& kept, const history::Record& record) {
  auto insight = look_back(kept.store(), record);
  EXPECT_TRUE(insight);
  return insight.value_or(Insight{});
}

TEST(Insight, OfTheFirstRunOnlySaysThatTheBaselineBegins) {
  test::KeptRuns kept;
  const auto insight = look(kept, test::run_of(1));
  EXPECT_EQ(assessment(insight), Assessment::unjudged);
  EXPECT_EQ(headline(insight), "the whole job: baseline: 0 of 10 runs");
  EXPECT_EQ(insight.kept_runs, 0U);
  EXPECT_EQ(insight.success.trials, 1);
  EXPECT_FALSE(insight.reliability.between_failures);
}

TEST(Insight, TellsARegressionWithTheCommitThatBeganIt) {
  test::KeptRuns kept;
  kept.put(test::calm_runs(20));
  for (int number = 20; number < 24; ++number) kept.put(test::run_of(number, 40 + number % 3));
  const auto insight = look(kept, test::run_of(24, 41));
  EXPECT_EQ(assessment(insight), Assessment::regression);
  EXPECT_THAT(headline(insight), HasSubstr("the whole job: regression: +11"));
  EXPECT_THAT(headline(insight), HasSubstr("since run 20 (commit 0000020"));
  const auto json = to_json(insight);
  EXPECT_EQ(json["assessment"].as_string(), "regression");
  EXPECT_EQ(json["metrics"].items()[0]["regression"]["first_bad"]["commit_sha"].as_string(), "0000020");
  EXPECT_EQ(json["metrics"].items()[0]["regression"]["last_good"]["commit_sha"].as_string(), "0000019");
  EXPECT_EQ(json["metrics"].items()[0]["last"].items().size(), 25U);
}

TEST(Insight, TheRunItselfIsNotPartOfItsBaselineThoughItIsKept) {
  test::KeptRuns kept;
  kept.put(test::calm_runs(10));
  auto running = test::run_of(10, 0);
  running.status = history::JobStatus::running;
  kept.put(running);
  EXPECT_EQ(look(kept, test::run_of(10, 60)).metrics[0].judgement.baseline_runs, 10U);
  kept.put(test::run_of(10, 60));
  EXPECT_EQ(look(kept, test::run_of(10, 60)).metrics[0].judgement.baseline_runs, 10U);
  // Nor is what began later.
  kept.put(test::run_of(11, 90));
  EXPECT_EQ(look(kept, test::run_of(10, 60)).kept_runs, 10U);
}

TEST(Insight, AFailedRunAndALaterAttemptAreNotJudged) {
  test::KeptRuns kept;
  kept.put(test::calm_runs(30));
  auto failed = test::failed_run(30);
  failed.seconds = 300;
  EXPECT_EQ(headline(look(kept, failed)), "not compared: the run ended as failure");
  EXPECT_EQ(assessment(look(kept, failed)), Assessment::unjudged);
  auto second = test::run_of(30, 300);
  second.run_attempt = 2;
  EXPECT_EQ(assessment(look(kept, second)), Assessment::unjudged);
  EXPECT_EQ(assessment(look(kept, test::run_of(30, 300))), Assessment::slow_run);
}

TEST(Insight, WithoutADefaultBranchMainCountsOrElseMasterOrElseEveryBranch) {
  const auto baseline = [](const char* one, const char* other) {
    test::KeptRuns kept;
    for (int number = 0; number < 8; ++number) {
      auto record = test::run_of(number);
      record.default_branch.clear();
      record.branch = number % 2 == 0 ? one : other;
      kept.put(record);
    }
    auto current = test::run_of(20);
    current.default_branch.clear();
    current.branch = "topic";
    return look(kept, current).metrics.at(0).judgement.baseline_runs;
  };
  EXPECT_EQ(baseline("main", "master"), 4U);
  EXPECT_EQ(baseline("other", "master"), 4U);
  EXPECT_EQ(baseline("other", "else"), 8U);
}

TEST(Insight, CountsSuccessesOfFirstAttemptsAndOutages) {
  test::KeptRuns kept;
  kept.put({test::run_of(0), test::failed_run(1), test::failed_run(2), test::run_of(3)});
  auto cancelled = test::run_of(4);
  cancelled.status = history::JobStatus::cancelled;
  kept.put(cancelled);
  const auto insight = look(kept, test::failed_run(6));
  EXPECT_EQ(insight.success.successes, 2);
  EXPECT_EQ(insight.success.trials, 5);
  EXPECT_EQ(insight.reliability.outages, 2U);
  EXPECT_EQ(insight.reliability.failures_in_a_row, 1U);
  EXPECT_DOUBLE_EQ(insight.reliability.recovery.value_or(0), 2 * 3600);
  EXPECT_DOUBLE_EQ(insight.reliability.between_failures.value_or(0), 2 * 3600);  // hours 0 to 1 and 3 to 6, two outages
}

TEST(Insight, WhatIsOlderThanThirtyDaysDoesNotCountForReliability) {
  test::KeptRuns kept;
  kept.put({test::failed_run(0), test::run_of(1)});
  EXPECT_EQ(look(kept, test::run_of(24 * 31)).success.trials, 1);
}

TEST(Insight, RemembersChangesAndChance) {
  test::KeptRuns kept;
  for (int number = 0; number < 20; ++number) kept.put(test::run_of(number, number < 10 ? 30 : 45));
  kept.put(test::failed_run(20));
  auto second = test::run_of(20, 45);
  second.id += "-2";
  second.run_attempt = 2;
  kept.put(second);
  const auto insight = look(kept, test::run_of(21, 45));
  ASSERT_THAT(insight.changes, SizeIs(1));
  EXPECT_EQ(insight.changes[0].first.run_id, "10");
  EXPECT_EQ(insight.flakiness.state, statistics::FlakyState::flaky);
  EXPECT_EQ(to_json(insight)["flakiness"]["state"].as_string(), "flaky");
  EXPECT_EQ(to_json(insight)["flakiness"]["last_failures"].items()[0]["run_id"].as_string(), "20");
  EXPECT_EQ(to_json(insight)["changes"].items()[0]["first"]["run_id"].as_string(), "10");
}

TEST(Insight, OfAnotherJobKnowsNothing) {
  test::KeptRuns kept;
  kept.put(test::calm_runs(12));
  auto other = test::run_of(12);
  other.matrix = {{"go", "1.22"}};
  EXPECT_EQ(look(kept, other).kept_runs, 0U);
  other.id = "not an id";
  EXPECT_FALSE(look_back(kept.store(), other));
}

}  // namespace
