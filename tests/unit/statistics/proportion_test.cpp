#include "statistics/proportion.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace ci::statistics;

TEST(Proportion, TwentyNineOfThirtyNeitherConfirmNorRefuteATargetOf95Percent) {
  const auto seen = wilson(29, 30);
  EXPECT_NEAR(seen.low, 0.833, 0.0005);
  EXPECT_NEAR(seen.high, 0.994, 0.0005);
  EXPECT_EQ(judge_target(seen, 0.95), TargetVerdict::undecided);
}

TEST(Proportion, ItsEndsSolveTheScoreEquation) {
  for (const auto& [successes, trials] : {std::pair{7, 20}, {1, 3}, {499, 500}}) {
    const auto seen = wilson(successes, trials, 0.9);
    for (const double end : {seen.low, seen.high}) {
      EXPECT_NEAR(std::abs(seen.rate - end) / std::sqrt(end * (1 - end) / trials), 1.6448536269514722, 1e-9);
    }
  }
}

TEST(Proportion, AllOrNoneReachTheEndButNotBeyond) {
  EXPECT_DOUBLE_EQ(wilson(10, 10).high, 1);
  EXPECT_NEAR(wilson(10, 10).low, 10 / (10 + 3.841458820694124), 1e-12);
  EXPECT_DOUBLE_EQ(wilson(0, 10).low, 0);
  EXPECT_EQ(wilson(0, 0).high, 1);
  EXPECT_EQ(wilson(0, 0).low, 0);
}

TEST(Proportion, ManyRunsDecideATarget) {
  EXPECT_EQ(judge_target(wilson(995, 1000), 0.95), TargetVerdict::met);
  EXPECT_EQ(judge_target(wilson(900, 1000), 0.95), TargetVerdict::missed);
  EXPECT_EQ(judge_target(wilson(0, 0), 0.95), TargetVerdict::undecided);
}

TEST(Proportion, ARareFlakeNeedsManyRunsToBeSeen) {
  EXPECT_EQ(runs_to_see(0.05), 59);
  EXPECT_EQ(runs_to_see(0.10), 29);
  EXPECT_EQ(runs_to_see(0.20), 14);
  EXPECT_EQ(runs_to_see(0.5, 0.75), 2);
}

TEST(Proportion, WhatMayGoUnseenIsTheInverse) {
  EXPECT_NEAR(rate_unseen_in(59), 0.05, 0.001);
  EXPECT_NEAR(std::pow(1 - rate_unseen_in(17), 17), 0.05, 1e-12);
  EXPECT_DOUBLE_EQ(rate_unseen_in(0), 1);
}

}  // namespace
