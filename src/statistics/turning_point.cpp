#include "statistics/turning_point.hpp"

#include <cmath>
#include <limits>

#include "statistics/order_statistics.hpp"

namespace ci::statistics {
namespace {

double distances(std::span<const double> values, double centre) {
  double sum = 0;
  for (const auto value : values) sum += std::abs(value - centre);
  return sum;
}

}  // namespace

std::size_t rise_in(std::span<const double> values, std::size_t recent) {
  constexpr std::size_t kLeast = 2;
  std::size_t best = values.size() - recent;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t split = kLeast; split + kLeast <= values.size(); ++split) {
    const auto before = values.first(split);
    const auto after = values.subspan(split);
    const double low = median(before);
    const double high = median(after);
    if (high <= low) continue;
    const double sum = distances(before, low) + distances(after, high);
    if (sum < least) {
      least = sum;
      best = split;
    }
  }
  return best;
}

}  // namespace ci::statistics
