#include "statistics/order_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace ci::statistics {
namespace {

constexpr double kNormalConsistency = 1.4826;  // 1 / the 75 % quantile of the normal distribution
constexpr double kLeastPart = 0.01;            // of the centre

double median_of(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}  // namespace

double median(std::span<const double> values) {
  std::vector<double> copy(values.begin(), values.end());
  return median_of(copy);
}

double quantile(std::span<const double> values, double q) {
  if (values.empty()) return 0;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double place = std::clamp(q, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

double scaled_mad(std::span<const double> values, double centre) {
  std::vector<double> distances(values.begin(), values.end());
  for (auto& value : distances) value = std::abs(value - centre);
  return kNormalConsistency * median_of(distances);
}

double spread(std::span<const double> values, double centre, double resolution) {
  return std::max({scaled_mad(values, centre), kLeastPart * std::abs(centre), resolution});
}

}  // namespace ci::statistics
