#include "statistics/rank_sum.hpp"

#include <algorithm>
#include <numeric>

namespace ci::statistics {

std::vector<std::int64_t> doubled_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<std::int64_t> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    // The ranks first+1 .. end: twice their mean is the sum of the outer two.
    for (std::size_t i = first; i < end; ++i) ranks[order[i]] = static_cast<std::int64_t>(first + 1 + end);
    first = end;
  }
  return ranks;
}

std::vector<double> sums_at_most(std::span<const std::int64_t> ranks, std::size_t count, std::int64_t most) {
  if (most < 0) return {};
  const auto width = static_cast<std::size_t>(most) + 1;
  // ways[k * width + s]: of how many sets of k of the ranks seen so far s is the sum. The greatest, C(60, 30), is
  // beyond the 53 bits of a double by a few, which is far less than a p-value needs.
  std::vector<double> ways((count + 1) * width, 0.0);
  ways[0] = 1;
  for (const auto rank : ranks) {
    if (rank > most) continue;
    const auto step = static_cast<std::size_t>(rank);
    for (std::size_t chosen = count; chosen >= 1; --chosen) {
      double* now = &ways[chosen * width];
      const double* before = &ways[(chosen - 1) * width];
      for (std::size_t sum = width - 1; sum >= step; --sum) now[sum] += before[sum - step];
    }
  }
  double all = 1;
  for (std::size_t i = 1; i <= count; ++i)
    all *= static_cast<double>(ranks.size() - count + i) / static_cast<double>(i);
  std::vector<double> sums(ways.begin() + static_cast<std::ptrdiff_t>(count * width), ways.end());
  std::partial_sum(sums.begin(), sums.end(), sums.begin());
  for (auto& sum : sums) sum = std::min(1.0, sum / all);
  return sums;
}

}  // namespace ci::statistics
