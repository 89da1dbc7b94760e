#include "statistics/false_discovery.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using ci::statistics::adjusted_for_number;

TEST(FalseDiscovery, FindsFourOfTheFifteenOfTheOriginalPaper) {
  // Benjamini and Hochberg 1995, section 4: at q = 0.05 the first four are rejected.
  const std::vector p{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                      0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0};
  const auto adjusted = adjusted_for_number(p);
  EXPECT_EQ(std::count_if(adjusted.begin(), adjusted.end(), [](double q) { return q <= 0.05; }), 4);
  EXPECT_NEAR(adjusted[0], 0.0015, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.035625, 1e-12);
}

TEST(FalseDiscovery, KeepsTheOrderOfTheQuestionsAndNeverFallsWithP) {
  EXPECT_EQ(adjusted_for_number(std::vector{0.04, 0.01, 0.04}), (std::vector{0.04, 0.03, 0.04}));
  EXPECT_EQ(adjusted_for_number(std::vector{0.2}), (std::vector{0.2}));
  EXPECT_TRUE(adjusted_for_number({}).empty());
}

}  // namespace
