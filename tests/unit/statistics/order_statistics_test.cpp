#include "statistics/order_statistics.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace ci::statistics;

TEST(OrderStatistics, MedianIsTheMiddleValueOrTheMeanOfTheMiddleTwo) {
  EXPECT_DOUBLE_EQ(median(std::vector{9.0, 1.0, 5.0}), 5);
  EXPECT_DOUBLE_EQ(median(std::vector{4.0, 1.0, 9.0, 2.0}), 3);
  EXPECT_DOUBLE_EQ(median(std::vector{7.0}), 7);
  EXPECT_DOUBLE_EQ(median({}), 0);
}

TEST(OrderStatistics, QuantilesInterpolateBetweenNeighbours) {
  const std::vector values{10.0, 40.0, 20.0, 30.0};
  EXPECT_DOUBLE_EQ(quantile(values, 0), 10);
  EXPECT_DOUBLE_EQ(quantile(values, 1), 40);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 17.5);  // numpy.quantile([10, 20, 30, 40], .25)
  EXPECT_DOUBLE_EQ(quantile(values, 0.95), 38.5);
  EXPECT_DOUBLE_EQ(quantile({}, 0.5), 0);
}

TEST(OrderStatistics, MadIsScaledToTheStandardDeviationOfNormalValues) {
  // Distances from 2 are 1 1 0 0 2 4 7, their median is 1.
  EXPECT_DOUBLE_EQ(scaled_mad(std::vector{1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0}, 2), 1.4826);
}

TEST(OrderStatistics, SpreadOfEqualValuesIsOnePercentOrTheResolution) {
  EXPECT_DOUBLE_EQ(spread(std::vector{30.0, 30.0, 30.0}, 30), 0.3);
  EXPECT_DOUBLE_EQ(spread(std::vector{0.0, 0.0}, 0), 0.001);
  EXPECT_DOUBLE_EQ(spread(std::vector{1.0, 1.0}, 1, 0.5), 0.5);
}

TEST(OrderStatistics, OneStalledRunMovesNeitherMedianNorSpread) {
  const std::vector calm{29.0, 30.0, 31.0, 30.0, 29.0, 31.0, 30.0};
  auto stalled = calm;
  stalled[2] = 600;
  EXPECT_DOUBLE_EQ(median(stalled), 30);
  EXPECT_DOUBLE_EQ(spread(stalled, 30), spread(calm, 30));
}

}  // namespace
