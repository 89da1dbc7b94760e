#include "statistics/flakiness.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace ci::statistics;

// One trial a day, the last one today; each letter a pass (.), a failure (F), or a failure that many jobs shared (S),
// the commits given beside them.
std::vector<Trial> trials(const std::string& outcomes, const std::string& commits) {
  std::vector<Trial> list;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    list.push_back({std::string(1, commits[i]), static_cast<double>(outcomes.size() - 1 - i), outcomes[i] != '.',
                    outcomes[i] == 'S'});
  }
  return list;
}

TEST(Flakiness, APassAndAFailureOfOneCommitAreFlaky) {
  const auto seen = flakiness(trials("..F.", "abcc"));
  EXPECT_EQ(seen.state, FlakyState::flaky);
  EXPECT_EQ(seen.flipped_commits, 1U);
  EXPECT_EQ(seen.chance_failures, 1U);
  EXPECT_EQ(seen.passes_since, 1U);
  EXPECT_EQ(seen.trials, 4U);
}

TEST(Flakiness, FailuresOfACommitThatNeverPassedAreNoChance) {
  const auto seen = flakiness(trials("..FF.", "abccd"));
  EXPECT_EQ(seen.state, FlakyState::steady);
  EXPECT_EQ(seen.chance_failures, 0U);
  EXPECT_EQ(seen.flipped_commits, 0U);
  EXPECT_LT(seen.score, 0.02);
}

TEST(Flakiness, FivePassesInARowClearIt) {
  EXPECT_EQ(flakiness(trials("F.....", "aabcde")).state, FlakyState::cleared);
  EXPECT_EQ(flakiness(trials("F....", "aabcd")).state, FlakyState::flaky);
}

TEST(Flakiness, AFortnightClearsItToo) {
  auto list = trials("F.", "aa");
  for (auto& trial : list) trial.days_ago += 20;
  EXPECT_EQ(flakiness(list).state, FlakyState::steady);
  EXPECT_EQ(flakiness(list).chance_failures, 1U) << "its score remembers";
}

TEST(Flakiness, AFailureThatManyJobsSharedIsNotTheJobs) {
  const auto seen = flakiness(trials("S.", "aa"));
  EXPECT_EQ(seen.state, FlakyState::steady);
  EXPECT_EQ(seen.excluded, 1U);
  EXPECT_EQ(seen.trials, 1U);
  EXPECT_TRUE(is_shared_failure(3, 6));
  EXPECT_FALSE(is_shared_failure(2, 2)) << "two jobs may share a test";
  EXPECT_FALSE(is_shared_failure(3, 7));
}

TEST(Flakiness, TheScoreIsTheMeanOfThePosterior) {
  EXPECT_NEAR(flakiness({}).score, 0.02, 1e-12);
  FlakyRule rule;
  rule.half_life_days = 1e9;
  // 2 failures and 6 passes on top of 0.4 and 19.6.
  const auto seen = flakiness(trials("F.F.....", "aabbcdef"), rule);
  EXPECT_NEAR(seen.score, 2.4 / 28, 1e-6);
  EXPECT_LT(seen.low, seen.score);
  EXPECT_GT(seen.high, seen.score);
}

TEST(Flakiness, WhatIsAWeekOldCountsHalf) {
  std::vector<Trial> list{{"a", 7, true, false}, {"a", 7, false, false}};
  EXPECT_NEAR(flakiness(list).score, 0.9 / 21, 1e-12);
}

TEST(Flakiness, EachSideOfTheIntervalLeavesOutFortiethParts) {
  // Ten failures and ten passes of one commit with hardly a prior: nearly Beta(10, 10), 0.289 to 0.711.
  FlakyRule rule{.half_life_days = 1e9, .prior_failures = 1e-9, .prior_passes = 1e-9};
  const auto seen = flakiness(trials("F.F.F.F.F.F.F.F.F.F.", std::string(20, 'a')), rule);
  EXPECT_NEAR(seen.low, 0.2886, 0.0005);
  EXPECT_NEAR(seen.high, 0.7114, 0.0005);
}

}  // namespace
