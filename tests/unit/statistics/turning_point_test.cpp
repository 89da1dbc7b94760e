#include "statistics/turning_point.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using ci::statistics::rise_in;

TEST(TurningPoint, IsTheFirstRunOfTheHigherLevel) {
  EXPECT_EQ(rise_in(std::vector{3.0, 3.1, 2.9, 3.0, 5.0, 5.1, 4.9}, 2), 4U);
}

TEST(TurningPoint, AStallBeforeTheRiseDoesNotDrawItNearer) {
  EXPECT_EQ(rise_in(std::vector{3.0, 3.1, 60.0, 2.9, 3.0, 3.1, 5.0, 5.1, 4.9, 5.0}, 2), 6U);
}

TEST(TurningPoint, WithoutARiseItIsWhereTheRecentRunsBegin) {
  EXPECT_EQ(rise_in(std::vector{5.0, 5.0, 5.0, 5.0, 5.0, 5.0}, 2), 4U);
  EXPECT_EQ(rise_in(std::vector{9.0, 8.0, 7.0, 6.0}, 1), 3U);
  EXPECT_EQ(rise_in({}, 0), 0U);
}

}  // namespace
