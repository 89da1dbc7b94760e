#include "statistics/mann_whitney.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <random>
#include <vector>

#include "fakes/run_series.hpp"
#include "statistics/rank_sum.hpp"

namespace {

using namespace ci::statistics;

double u_of(const std::vector<double>& a, const std::vector<double>& b) {
  double u = 0;
  for (const auto x : a) {
    for (const auto y : b) u += x > y ? 1 : x == y ? 0.5 : 0;
  }
  return u;
}

// The p-value by trying every way to choose the first group.
double p_by_trying_all(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> all = a;
  all.insert(all.end(), b.begin(), b.end());
  const double seen = u_of(a, b);
  int ways = 0;
  int as_great = 0;
  for (unsigned set = 0; set < 1U << all.size(); ++set) {
    if (static_cast<std::size_t>(std::popcount(set)) != a.size()) continue;
    std::vector<double> first;
    std::vector<double> second;
    for (std::size_t i = 0; i < all.size(); ++i) ((set >> i & 1U) != 0 ? first : second).push_back(all[i]);
    ++ways;
    if (u_of(first, second) >= seen) ++as_great;
  }
  return static_cast<double>(as_great) / ways;
}

TEST(RankSum, EqualValuesShareTheirRank) {
  EXPECT_EQ(doubled_ranks(std::vector{3.0, 1.0, 3.0, 2.0}), (std::vector<std::int64_t>{7, 2, 7, 4}));
  EXPECT_EQ(doubled_ranks(std::vector{5.0, 5.0, 5.0}), (std::vector<std::int64_t>{4, 4, 4}));
}

TEST(RankSum, TwoOfFourRanksHaveTheDistributionThatOneCanCount) {
  const std::vector<std::int64_t> ranks{1, 2, 3, 4};
  const auto sums = sums_at_most(ranks, 2, 7);
  EXPECT_DOUBLE_EQ(sums[2], 0);
  EXPECT_DOUBLE_EQ(sums[3], 1.0 / 6);
  EXPECT_DOUBLE_EQ(sums[4], 2.0 / 6);
  EXPECT_DOUBLE_EQ(sums[5], 4.0 / 6);
  EXPECT_DOUBLE_EQ(sums[7], 1);
  EXPECT_TRUE(sums_at_most(ranks, 2, -1).empty());
}

TEST(MannWhitney, AllOfFiveAboveAllOfTwentyIsOneWayOf53130) {
  std::vector<double> earlier(20);
  std::iota(earlier.begin(), earlier.end(), 1);
  const std::vector<double> later{21, 22, 23, 24, 25};
  const auto test = test_greater(later, earlier);
  EXPECT_TRUE(test.exact);
  EXPECT_DOUBLE_EQ(test.u, 100);
  EXPECT_NEAR(test.p, 1.0 / 53130, 1e-15);
  EXPECT_NEAR(test_greater(earlier, later).p, 1, 1e-12);
}

TEST(MannWhitney, IsExactWithAndWithoutTies) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 60; ++round) {
    const int values = round % 2 == 0 ? 1000000 : 4;  // few values: many ties
    std::vector<double> a(2 + random() % 4);
    std::vector<double> b(2 + random() % 6);
    for (auto* group : {&a, &b}) {
      for (auto& value : *group) value = static_cast<double>(random() % static_cast<unsigned>(values));
    }
    const auto test = test_greater(a, b);
    EXPECT_DOUBLE_EQ(test.u, u_of(a, b));
    EXPECT_NEAR(test.p, p_by_trying_all(a, b), 1e-12) << "round " << round;
  }
}

TEST(MannWhitney, AgreesWithTheNormalApproximationWhereItChangesOver) {
  ci::test::RunSeries runs(3);
  const auto earlier = runs.take(30);
  auto later = runs.take(30, 1.05);
  const auto exact = test_greater(later, earlier);
  later.push_back(later[0]);
  const auto approximate = test_greater(later, earlier);
  EXPECT_TRUE(exact.exact);
  EXPECT_FALSE(approximate.exact);
  EXPECT_NEAR(exact.p, approximate.p, 0.02);
}

TEST(MannWhitney, SaysNothingAboutEqualOrMissingValues) {
  const std::vector<double> same(40, 30.0);
  EXPECT_DOUBLE_EQ(test_greater(same, same).p, 1);
  EXPECT_DOUBLE_EQ(test_greater(std::vector{1.0}, std::vector{1.0}).p, 1);
  EXPECT_DOUBLE_EQ(test_greater({}, same).p, 1);
}

TEST(HodgesLehmann, IsTheMedianOfAllDifferences) {
  // Differences: 3 4 5 / 4 5 6 / 7 8 9.
  const auto shift = hodges_lehmann(std::vector{6.0, 7.0, 10.0}, std::vector{1.0, 2.0, 3.0}, 0.9);
  ASSERT_TRUE(shift);
  EXPECT_DOUBLE_EQ(shift->estimate, 5);
  // 3 against 3: the whole range misses the shift with probability 2 / C(6, 3).
  EXPECT_DOUBLE_EQ(shift->low, 3);
  EXPECT_DOUBLE_EQ(shift->high, 9);
  EXPECT_NEAR(shift->confidence, 0.9, 1e-12);
  EXPECT_FALSE(hodges_lehmann(std::vector{6.0, 7.0, 10.0}, std::vector{1.0, 2.0, 3.0}, 0.95));
  EXPECT_FALSE(hodges_lehmann({}, std::vector{1.0}));
}

TEST(HodgesLehmann, CutsAsManyDifferencesAsTheTablesSay) {
  // 5 against 20: the critical value of the two-sided 5 % test is 20, so 20 of the 100 differences are cut at each end.
  std::vector<double> earlier(20);
  std::vector<double> later(5);
  for (std::size_t i = 0; i < 20; ++i) earlier[i] = -static_cast<double>(i);
  for (std::size_t i = 0; i < 5; ++i) later[i] = static_cast<double>(20 * i);
  const auto shift = hodges_lehmann(later, earlier);  // the differences are 0, 1, ..., 99
  ASSERT_TRUE(shift);
  EXPECT_DOUBLE_EQ(shift->low, 20);
  EXPECT_DOUBLE_EQ(shift->high, 79);
  EXPECT_GE(shift->confidence, 0.95);
}

TEST(HodgesLehmann, ItsIntervalCoversTheShiftAsOftenAsItSays) {
  int covered = 0;
  constexpr int kRounds = 1000;
  for (int round = 0; round < kRounds; ++round) {
    ci::test::RunSeries runs(static_cast<std::uint64_t>(round));
    const auto earlier = runs.take(20);
    auto later = runs.take(5);
    for (auto& value : later) value += 9;
    const auto shift = hodges_lehmann(later, earlier);
    if (shift && shift->low <= 9 && 9 <= shift->high) ++covered;
  }
  EXPECT_GT(covered, kRounds * 93 / 100);
  EXPECT_LT(covered, kRounds * 98 / 100);
}

TEST(HodgesLehmann, WorksForLargeGroupsToo) {
  ci::test::RunSeries runs(11);
  const auto earlier = runs.take(200);
  const auto later = runs.take(200, 1.5);
  const auto shift = hodges_lehmann(later, earlier);
  ASSERT_TRUE(shift);
  EXPECT_NEAR(shift->estimate, 15, 2);
  EXPECT_LT(shift->low, shift->estimate);
  EXPECT_GT(shift->low, 12);
  EXPECT_LT(shift->high, 18);
}

}  // namespace
