#pragma once
// Ranks, and how the sum of some of them is distributed when chance alone chose which.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ci::statistics {

// Returns twice the rank of each value, from 2 for the least; equal values share the mean of their ranks (mid-ranks),
// which doubling keeps whole.
std::vector<std::int64_t> doubled_ranks(std::span<const double> values);

// The exact distribution costs the square of this number at most; beyond it the normal approximation is near enough.
constexpr std::size_t kMostExact = 60;

// Returns for each s from 0 to `most` the probability that `count` of `ranks`, chosen at random, sum to s or less:
// the exact permutation distribution, with ties just as they are. All ranks are above 0; `count` <= number of ranks.
std::vector<double> sums_at_most(std::span<const std::int64_t> ranks, std::size_t count, std::int64_t most);

}  // namespace ci::statistics
