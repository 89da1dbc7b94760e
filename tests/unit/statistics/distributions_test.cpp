#include "statistics/distributions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace {

using namespace ci::statistics;

TEST(Distributions, NormalValuesAreThoseOfTheTables) {
  EXPECT_NEAR(normal_above(1.959963984540054), 0.025, 1e-15);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normal_quantile(0.001), -3.090232306167813, 1e-12);
}

TEST(Distributions, BetaAgreesWithItsClosedForms) {
  for (const double x : {0.01, 0.2, 0.5, 0.77, 0.999}) {
    EXPECT_NEAR(beta_below(1, 1, x), x, 1e-12);
    EXPECT_NEAR(beta_below(3, 1, x), x * x * x, 1e-12);
    EXPECT_NEAR(beta_below(1, 4, x), 1 - std::pow(1 - x, 4), 1e-12);
    EXPECT_NEAR(beta_below(0.5, 0.5, x), 2 / std::numbers::pi * std::asin(std::sqrt(x)), 1e-12);
  }
  EXPECT_DOUBLE_EQ(beta_below(2, 3, 0), 0);
  EXPECT_DOUBLE_EQ(beta_below(2, 3, 1), 1);
}

TEST(Distributions, BetaIsTheTailOfTheBinomialForManyTrials) {
  // P(X >= 3) of 10 trials at 0.2 is I_0.2(3, 8).
  double below_three = 0;
  for (int k = 0; k < 3; ++k) {
    const double ways = k == 0 ? 1 : k == 1 ? 10 : 45;
    below_three += ways * std::pow(0.2, k) * std::pow(0.8, 10 - k);
  }
  EXPECT_NEAR(beta_below(3, 8, 0.2), 1 - below_three, 1e-12);
  EXPECT_NEAR(beta_below(5000, 5000, 0.5), 0.5, 1e-9);
}

TEST(Distributions, BetaQuantileIsItsInverse) {
  for (const double p : {0.025, 0.5, 0.975}) EXPECT_NEAR(beta_below(2.5, 40, beta_quantile(2.5, 40, p)), p, 1e-12);
}

TEST(Distributions, StudentIsThatOfTheTables) {
  EXPECT_NEAR(student_two_sided(1, 1), 0.5, 1e-12);  // Cauchy
  EXPECT_NEAR(student_two_sided(2.228138852, 10), 0.05, 1e-9);
  EXPECT_NEAR(student_two_sided(-2.228138852, 10), 0.05, 1e-9);
  EXPECT_NEAR(student_two_sided(3.646, 30), 0.001, 2e-6);
  EXPECT_DOUBLE_EQ(student_two_sided(0, 7), 1);
  EXPECT_DOUBLE_EQ(student_two_sided(INFINITY, 7), 0);
}

}  // namespace
