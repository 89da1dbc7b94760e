#include "statistics/distributions.hpp"

#include <algorithm>
#include <cmath>

namespace ci::statistics {
namespace {

// Sign-free logarithm of the gamma function; std::lgamma writes a global (signgam), this does not. Lanczos'
// approximation with g = 7 and nine terms, for x > 0.
double log_gamma(double x) {
  constexpr double kTerms[] = {0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
                               771.32342877765313,   -176.61502916214059,   12.507343278686905,
                               -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  if (x < 0.5) return log_gamma(x + 1) - std::log(x);
  double sum = kTerms[0];
  for (int i = 1; i < 9; ++i) sum += kTerms[i] / (x - 1 + i);
  const double t = x + 6.5;
  return kHalfLogTwoPi + (x - 0.5) * std::log(t) - t + std::log(sum);
}

// The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method; converges quickly for
// x < (alpha + 1) / (alpha + beta + 2).
double beta_fraction(double alpha, double beta, double x) {
  constexpr double kTiny = 1e-300;
  constexpr double kPrecision = 1e-15;
  constexpr int kMostSteps = 10000;
  const auto not_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
  double c = 1;
  double d = 1 / not_zero(1 - (alpha + beta) * x / (alpha + 1));
  double fraction = d;
  for (int m = 1; m <= kMostSteps; ++m) {
    const double even = m * (beta - m) * x / ((alpha + 2 * m - 1) * (alpha + 2 * m));
    d = 1 / not_zero(1 + even * d);
    c = not_zero(1 + even / c);
    fraction *= d * c;
    const double odd = -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2 * m) * (alpha + 2 * m + 1));
    d = 1 / not_zero(1 + odd * d);
    c = not_zero(1 + odd / c);
    fraction *= d * c;
    if (std::abs(d * c - 1) < kPrecision) break;
  }
  return fraction;
}

// Halves an interval in which `below` grows from under to over `probability` until a double cannot tell its ends apart.
template <typename Below>
double inverse(Below below, double low, double high, double probability) {
  for (int step = 0; step < 200; ++step) {
    const double middle = (low + high) / 2;
    if (middle == low || middle == high) break;
    (below(middle) < probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double normal_above(double z) {
  return std::erfc(z / std::sqrt(2.0)) / 2;
}

double normal_quantile(double probability) {
  // Beyond 38 the tail is smaller than the smallest double.
  return inverse([](double z) { return normal_above(-z); }, -38, 38, probability);
}

double beta_below(double alpha, double beta, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double factor = std::exp(log_gamma(alpha + beta) - log_gamma(alpha) - log_gamma(beta) + alpha * std::log(x) +
                                 beta * std::log1p(-x));
  if (x < (alpha + 1) / (alpha + beta + 2)) return factor * beta_fraction(alpha, beta, x) / alpha;
  return 1 - factor * beta_fraction(beta, alpha, 1 - x) / beta;
}

double beta_quantile(double alpha, double beta, double probability) {
  return inverse([&](double x) { return beta_below(alpha, beta, x); }, 0, 1, probability);
}

double student_two_sided(double t, double freedom) {
  if (std::isinf(t)) return 0;
  return beta_below(freedom / 2, 0.5, freedom / (freedom + t * t));
}

}  // namespace ci::statistics
