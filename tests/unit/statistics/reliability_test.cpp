#include "statistics/reliability.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace ci::statistics;

// One run an hour: a pass (.) or a failure (F).
Reliability of(const std::string& outcomes) {
  std::vector<RunEnd> runs;
  for (const char outcome : outcomes) runs.push_back({3600.0 * static_cast<double>(runs.size()), outcome == 'F'});
  return reliability(runs);
}

TEST(Reliability, FailuresInARowAreOneOutage) {
  const auto seen = of("..FF...F..");
  EXPECT_EQ(seen.runs, 10U);
  EXPECT_EQ(seen.failures, 3U);
  EXPECT_EQ(seen.outages, 2U);
  EXPECT_EQ(seen.failures_in_a_row, 0U);
}

TEST(Reliability, RecoveryIsFromTheFirstFailureToTheNextSuccess) {
  // Broken from hour 2 to 4, and from 7 to 8.
  ASSERT_TRUE(of("..FF...F..").recovery);
  EXPECT_DOUBLE_EQ(*of("..FF...F..").recovery, 1.5 * 3600);
}

TEST(Reliability, TimeBetweenFailuresLeavesOutTheOutages) {
  // Working in hours 0 to 2, 4 to 7, 8 to 9: six hours for two outages.
  ASSERT_TRUE(of("..FF...F..").between_failures);
  EXPECT_DOUBLE_EQ(*of("..FF...F..").between_failures, 3 * 3600);
}

TEST(Reliability, AnOutageThatLastsHasNoRecoveryYet) {
  const auto seen = of("...FF");
  EXPECT_EQ(seen.failures_in_a_row, 2U);
  EXPECT_TRUE(is_broken(seen));
  EXPECT_FALSE(is_broken(of("...F")));
  EXPECT_FALSE(seen.recovery);
  EXPECT_DOUBLE_EQ(seen.between_failures.value_or(0), 3 * 3600);
}

TEST(Reliability, WithoutFailureThereIsNoTimeBetweenThem) {
  EXPECT_FALSE(of(".....").between_failures);
  EXPECT_FALSE(of("").between_failures);
  EXPECT_EQ(of("").runs, 0U);
  EXPECT_DOUBLE_EQ(of("F").between_failures.value_or(-1), 0);
}

}  // namespace
