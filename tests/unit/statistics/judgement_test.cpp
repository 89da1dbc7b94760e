#include "statistics/judgement.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "fakes/run_series.hpp"

namespace {

using namespace ci::statistics;

// Around 30 s, never two of the same, with a MAD of about 0.5 s.
std::vector<double> calm(std::size_t count) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(30 + 0.1 * static_cast<double>(i * 7 % 13) - 0.6);
  return values;
}

std::vector<double> with(std::vector<double> values, const std::vector<double>& more) {
  values.insert(values.end(), more.begin(), more.end());
  return values;
}

TEST(Judgement, FewerThanSixRunsBeforeAreNoBaseline) {
  const auto judged = judge(with(calm(5), {600}));
  EXPECT_EQ(judged.assessment, Assessment::unjudged);
  EXPECT_EQ(judged.baseline_runs, 5U);
  EXPECT_EQ(judged.baseline_needed, 10U);
  EXPECT_EQ(judge({}).assessment, Assessment::unjudged);
  EXPECT_EQ(judge(std::vector{1.0}).baseline_runs, 0U);
}

TEST(Judgement, SixToNineRunsGiveAPreliminarySlowRunAndNoRegression) {
  const auto judged = judge(with(calm(6), {60}));
  EXPECT_EQ(judged.assessment, Assessment::slow_run);
  EXPECT_TRUE(judged.preliminary);
  EXPECT_EQ(judge(with(calm(8), {60, 60})).assessment, Assessment::slow_run);
  EXPECT_FALSE(judge(with(calm(10), {60})).preliminary);
}

TEST(Judgement, OneStallIsASlowRunAndNeverARegression) {
  for (const std::size_t before : {10U, 20U, 24U, 60U}) {
    const auto judged = judge(with(calm(before), {600}));
    EXPECT_EQ(judged.assessment, Assessment::slow_run) << before;
    EXPECT_FALSE(judged.regression) << before;
  }
  EXPECT_EQ(judge(with(calm(30), {600, 30})).assessment, Assessment::usual);
}

TEST(Judgement, SlowIsAboveFourMadsTwentyPercentAndTwoSeconds) {
  const auto judged = judge(with(calm(20), {35.9}));
  EXPECT_EQ(judged.assessment, Assessment::usual);
  EXPECT_NEAR(judged.slow_above, judged.median * 1.2, 1e-9);
  EXPECT_EQ(judge(with(calm(20), {36.2})).assessment, Assessment::slow_run);
  // A run of 1 s that takes three times as long costs nobody anything.
  EXPECT_EQ(judge(with(std::vector<double>(20, 1.0), {3.0})).assessment, Assessment::usual);
  EXPECT_EQ(judge(with(std::vector<double>(20, 1.0), {3.1})).assessment, Assessment::slow_run);
  const std::vector<double> scattered{20, 40, 25, 35, 30, 20, 40, 25, 35, 30};
  EXPECT_NEAR(judge(with(scattered, {50})).slow_above, 30 + 4 * 1.4826 * 5, 1e-9);
}

TEST(Judgement, TwoSlowRunsInARowAreARegressionFromTenRunsOn) {
  EXPECT_FALSE(judge(with(calm(9), {60, 61})).regression);
  const auto judged = judge(with(calm(10), {60, 61}));
  ASSERT_TRUE(judged.regression);
  EXPECT_EQ(judged.assessment, Assessment::regression);
  EXPECT_EQ(judged.regression->evidence, Evidence::two_in_a_row);
  EXPECT_EQ(judged.regression->first_bad, 10U);
  EXPECT_EQ(judged.regression->recent_runs, 2U);
  EXPECT_EQ(judged.regression->baseline_runs, 10U);
  EXPECT_NEAR(judged.regression->test.p, 1.0 / 66, 1e-12);  // C(12, 2)
}

TEST(Judgement, TheFirstOfTwoSlowRunsDoesNotRaiseTheBarForTheSecond) {
  // With the 60 s among the ten before it the limit for the last run would be the same or higher.
  EXPECT_TRUE(judge(with(calm(10), {60, 36.4})).regression);
}

TEST(Judgement, FiveRunsThatAreALittleSlowerAreARegressionByTheRankTest) {
  EXPECT_FALSE(judge(with(calm(19), {34.0, 34.1, 34.2, 34.3, 34.4})).regression);
  const auto judged = judge(with(calm(20), {34.0, 34.1, 34.2, 34.3, 34.4}));
  ASSERT_TRUE(judged.regression);
  EXPECT_EQ(judged.regression->evidence, Evidence::rank_test);
  EXPECT_EQ(judged.regression->first_bad, 20U);
  EXPECT_EQ(judged.regression->recent_runs, 5U);
  EXPECT_EQ(judged.regression->baseline_runs, 20U);
  EXPECT_NEAR(judged.regression->test.p, 1.0 / 53130, 1e-12);
  EXPECT_NEAR(judged.regression->before, 30, 0.11);
  EXPECT_NEAR(judged.regression->after, 34.2, 1e-9);
  ASSERT_TRUE(judged.regression->shift);
  EXPECT_NEAR(judged.regression->shift->estimate, 4.2, 0.15);
  EXPECT_GT(judged.regression->shift->low, 3.5);
  EXPECT_LT(judged.regression->shift->high, 5);
}

TEST(Judgement, ASureButSmallEffectIsNone) {
  EXPECT_FALSE(judge(with(calm(20), {32.0, 32.1, 32.2, 32.3, 32.4})).regression) << "7 %";
  auto short_runs = calm(20);
  std::vector<double> later{34.0, 34.1, 34.2, 34.3, 34.4};
  for (auto* values : {&short_runs, &later}) {
    for (auto& value : *values) value /= 10;
  }
  EXPECT_FALSE(judge(with(short_runs, later)).regression) << "0.4 s";
}

TEST(Judgement, BothRulesMayAgree) {
  const auto judged = judge(with(calm(30), {45, 46, 47, 48, 49}));
  ASSERT_TRUE(judged.regression);
  EXPECT_EQ(judged.regression->evidence, Evidence::both);
  EXPECT_EQ(judged.regression->first_bad, 30U);
}

TEST(Judgement, TheFirstBadRunIsFoundThoughTheAlarmComesLater) {
  const auto judged = judge(with(calm(30), {34.1, 34.5, 34.2, 34.3, 34.4, 34.6, 34.2, 34.5}));
  ASSERT_TRUE(judged.regression);
  EXPECT_EQ(judged.regression->first_bad, 30U);
}

TEST(Judgement, FasterRunsAreNoRegression) {
  EXPECT_EQ(judge(with(calm(20), {20, 20, 20, 20, 20})).assessment, Assessment::usual);
}

TEST(Judgement, ALevelThatLastsBecomesTheBaseline) {
  EXPECT_EQ(judge(with(calm(30), std::vector<double>(30, 45.0))).assessment, Assessment::usual);
}

// The simulation of scripts/bench statistics, smaller; its figures are 0.6 alarms, 94 % and 98.5 %.
TEST(Judgement, KeepsItsPromisesOnSimulatedRuns) {
  constexpr int kSeries = 300;
  int alarms = 0;
  int runs = 0;
  for (int seed = 0; seed < kSeries; ++seed) {
    const auto values = ci::test::RunSeries(static_cast<std::uint64_t>(seed)).take(65);
    for (std::size_t count = 26; count <= values.size(); ++count) {
      ++runs;
      if (judge(std::span(values).first(count)).regression) ++alarms;
    }
  }
  EXPECT_LT(alarms, runs * 12 / 1000);
  EXPECT_GT(alarms, 0) << "a rule that never alarms is not the rule";
  for (const auto& [factor, least] : {std::pair{1.25, 88}, {1.5, 95}}) {
    int found = 0;
    for (int seed = 0; seed < kSeries; ++seed) {
      ci::test::RunSeries series(static_cast<std::uint64_t>(1000 + seed));
      const auto values = with(series.take(40), series.take(10, factor));
      for (std::size_t count = 41; count <= values.size(); ++count) {
        if (!judge(std::span(values).first(count)).regression) continue;
        ++found;
        break;
      }
    }
    EXPECT_GT(found, kSeries * least / 100) << factor;
  }
}

}  // namespace
