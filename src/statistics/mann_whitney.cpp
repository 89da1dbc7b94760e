#include "statistics/mann_whitney.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "statistics/distributions.hpp"
#include "statistics/order_statistics.hpp"
#include "statistics/rank_sum.hpp"

namespace ci::statistics {
namespace {

// The normal approximation of P(U >= u), with corrections for continuity and for ties.
double approximate_p(double u, double n, double m, std::span<const std::int64_t> ranks) {
  const double all = n + m;
  std::map<std::int64_t, double> ties;
  for (const auto rank : ranks) ties[rank] += 1;
  double tied = 0;
  for (const auto& [rank, count] : ties) tied += count * count * count - count;
  const double variance = n * m / 12 * (all + 1 - tied / (all * (all - 1)));
  if (variance <= 0) return 1;  // all values are equal
  return normal_above((u - n * m / 2 - 0.5) / std::sqrt(variance));
}

// Returns how many of the sorted differences may be cut off at each end while the interval between the next ones
// keeps the confidence, and that confidence; nothing when not even the whole range has it.
struct Cut {
  std::size_t count = 0;
  double confidence = 0;
};

std::optional<Cut> exact_cut(std::size_t n, std::size_t m, double confidence) {
  const std::size_t group = std::min(n, m);
  std::vector<std::int64_t> ranks(n + m);
  std::iota(ranks.begin(), ranks.end(), 1);
  const auto least = static_cast<std::int64_t>(group * (group + 1) / 2);
  const auto half = static_cast<std::int64_t>(n * m / 2);
  const auto below = sums_at_most(ranks, group, least + half);
  std::optional<Cut> cut;
  // The interval from the k-th difference to the k-th from the end misses the shift when U < k on either side.
  for (std::int64_t k = 1; k <= half; ++k) {
    const double covered = 1 - 2 * below[static_cast<std::size_t>(least + k - 1)];
    if (covered < confidence) break;
    cut = Cut{static_cast<std::size_t>(k - 1), covered};
  }
  return cut;
}

std::optional<Cut> approximate_cut(std::size_t n, std::size_t m, double confidence) {
  const double pairs = static_cast<double>(n) * static_cast<double>(m);
  const double deviation = std::sqrt(pairs * static_cast<double>(n + m + 1) / 12);
  const double k = std::floor(pairs / 2 - 0.5 - normal_quantile(0.5 + confidence / 2) * deviation);
  if (k < 1) return std::nullopt;
  return Cut{static_cast<std::size_t>(k) - 1, confidence};
}

}  // namespace

RankTest test_greater(std::span<const double> later, std::span<const double> earlier) {
  if (later.empty() || earlier.empty()) return {};
  std::vector<double> all(later.begin(), later.end());
  all.insert(all.end(), earlier.begin(), earlier.end());
  auto ranks = doubled_ranks(all);
  const auto n = later.size();
  const auto later_end = ranks.begin() + static_cast<std::ptrdiff_t>(n);
  const auto sum = std::accumulate(ranks.begin(), later_end, std::int64_t{0});
  RankTest test;
  test.u = static_cast<double>(sum) / 2 - static_cast<double>(n * (n + 1)) / 2;
  if (all.size() > kMostExact) {
    test.exact = false;
    test.p = approximate_p(test.u, static_cast<double>(n), static_cast<double>(earlier.size()), ranks);
    return test;
  }
  // Great sums of ranks are small sums of the ranks from the other end: the smaller the p-value, the less to compute.
  const auto ends = static_cast<std::int64_t>(2 * (all.size() + 1));
  auto most = static_cast<std::int64_t>(n) * ends - sum;
  for (auto& rank : ranks) rank = ends - rank;
  if (std::all_of(ranks.begin(), ranks.end(), [](auto rank) { return rank % 2 == 0; })) {
    for (auto& rank : ranks) rank /= 2;
    most /= 2;
  }
  test.p = sums_at_most(ranks, n, most).back();
  return test;
}

std::optional<Shift> hodges_lehmann(std::span<const double> later, std::span<const double> earlier, double confidence) {
  if (later.empty() || earlier.empty()) return std::nullopt;
  const auto cut = later.size() + earlier.size() > kMostExact
                       ? approximate_cut(later.size(), earlier.size(), confidence)
                       : exact_cut(later.size(), earlier.size(), confidence);
  if (!cut) return std::nullopt;
  std::vector<double> differences;
  differences.reserve(later.size() * earlier.size());
  for (const auto a : later) {
    for (const auto b : earlier) differences.push_back(a - b);
  }
  std::sort(differences.begin(), differences.end());
  return Shift{median(differences), differences[cut->count], differences[differences.size() - 1 - cut->count],
               cut->confidence};
}

}  // namespace ci::statistics
