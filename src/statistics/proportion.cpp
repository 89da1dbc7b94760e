#include "statistics/proportion.hpp"

#include <algorithm>
#include <cmath>

#include "statistics/distributions.hpp"

namespace ci::statistics {

Proportion wilson(std::int64_t successes, std::int64_t trials, double confidence) {
  if (trials <= 0) return {};
  const double n = static_cast<double>(trials);
  const double rate = static_cast<double>(successes) / n;
  const double z = normal_quantile(0.5 + confidence / 2);
  const double centre = rate + z * z / (2 * n);
  const double half = z * std::sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  Proportion result{successes, trials, rate, (centre - half) / scale, (centre + half) / scale};
  // At the ends the interval reaches 0 or 1 but for a rounding error.
  result.low = successes == 0 ? 0 : std::max(0.0, result.low);
  result.high = successes == trials ? 1 : std::min(1.0, result.high);
  return result;
}

TargetVerdict judge_target(const Proportion& proportion, double target) {
  if (proportion.trials == 0) return TargetVerdict::undecided;
  if (proportion.low >= target) return TargetVerdict::met;
  if (proportion.high < target) return TargetVerdict::missed;
  return TargetVerdict::undecided;
}

std::int64_t runs_to_see(double rate, double chance) {
  // A hair less, so that a quotient that is whole but for rounding is not taken to the next number.
  return static_cast<std::int64_t>(std::ceil(std::log1p(-chance) / std::log1p(-rate) - 1e-9));
}

double rate_unseen_in(std::int64_t runs, double chance) {
  return runs <= 0 ? 1 : 1 - std::pow(1 - chance, 1 / static_cast<double>(runs));
}

}  // namespace ci::statistics
