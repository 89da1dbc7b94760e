#include "statistics/change_points.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "fakes/run_series.hpp"

namespace {

using namespace ci::statistics;

std::vector<double> levels(std::uint64_t seed, const std::vector<std::pair<std::size_t, double>>& parts) {
  ci::test::RunSeries runs(seed);
  std::vector<double> values;
  for (const auto& [count, factor] : parts) {
    for (const auto value : runs.take(count, factor)) values.push_back(value);
  }
  return values;
}

TEST(ChangePoints, AStepWithoutNoiseIsFoundToTheRun) {
  std::vector<double> values(50, 30.0);
  values.resize(80, 36.0);
  const auto found = change_points(values);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].index, 50U);
  EXPECT_DOUBLE_EQ(found[0].before, 30);
  EXPECT_DOUBLE_EQ(found[0].after, 36);
  EXPECT_DOUBLE_EQ(found[0].p, 0);
}

TEST(ChangePoints, StepsUpAndDownAreFoundInNoiseAndAmongStalls) {
  int exact = 0;
  int others = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const auto& point : change_points(levels(seed, {{100, 1}, {60, 1.3}, {100, 1}}))) {
      const auto near = [&](long place) { return std::abs(static_cast<long>(point.index) - place) <= 3; };
      ++(near(100) || near(160) ? exact : others);
    }
  }
  EXPECT_GE(exact, 39);
  EXPECT_LE(others, 4);
}

TEST(ChangePoints, AThousandHealthyRunsHaveHardlyAny) {
  std::size_t found = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) found += change_points(levels(seed, {{1000, 1}})).size();
  EXPECT_LE(found, 10U);
}

TEST(ChangePoints, StallsAreNone) {
  std::vector<double> values(60, 30.0);
  values[20] = values[21] = values[40] = 600;
  EXPECT_TRUE(change_points(values).empty());
}

TEST(ChangePoints, AChangeThatNobodyNoticesIsNone) {
  std::vector<double> values(50, 30.0);
  values.resize(100, 32.0);
  EXPECT_TRUE(change_points(values).empty()) << "7 %";
  values.assign(50, 3.0);
  values.resize(100, 4.5);
  EXPECT_TRUE(change_points(values).empty()) << "1.5 s";
}

TEST(ChangePoints, LevelsThatFollowEachOtherAreAllNamed) {
  const auto found = change_points(levels(5, {{40, 1}, {30, 1.5}, {30, 2.2}, {40, 1.2}}));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_NEAR(static_cast<double>(found[0].index), 40, 2);
  EXPECT_NEAR(static_cast<double>(found[1].index), 70, 2);
  EXPECT_NEAR(static_cast<double>(found[2].index), 100, 2);
  EXPECT_NEAR(found[1].before, 45, 3);
  EXPECT_NEAR(found[1].after, 66, 4);
  EXPECT_LT(found[2].p, 0.001);
}

TEST(ChangePoints, FewOrEqualValuesHaveNone) {
  EXPECT_TRUE(change_points({}).empty());
  EXPECT_TRUE(change_points(std::vector{1.0}).empty());
  EXPECT_TRUE(change_points(std::vector{1.0, 100.0, 1.0, 100.0}).empty());
  EXPECT_TRUE(change_points(std::vector<double>(500, 0.0)).empty());
  EXPECT_TRUE(change_points(std::vector<double>(9, 5.0)).empty());
}

TEST(ChangePoints, AThousandValuesTakeMilliseconds) {
  const auto values = levels(1, {{500, 1}, {500, 1.4}});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(change_points(values).size(), 1U);
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_LT(took, std::chrono::milliseconds(300)) << "about 1 ms in a release build, 30 ms with sanitizers";
}

}  // namespace
