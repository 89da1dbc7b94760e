#pragma once
// Whether one group of runs takes longer than another, and by how much, whatever the distribution (Mann and Whitney
// 1947; Hodges and Lehmann 1963).
#include <optional>
#include <span>

namespace ci::statistics {

struct RankTest {
  double u = 0;       // pairs in which the first group's value is the greater; equal ones count a half
  double p = 1;       // one-sided: the probability of this u or a greater one, were both groups of one population
  bool exact = true;  // else by the normal approximation, with its correction for ties
};

// Tests whether the values of `later` are greater than those of `earlier`. Exact, ties included, up to 60 values
// together. p is 1 when a group is empty.
RankTest test_greater(std::span<const double> later, std::span<const double> earlier);

struct Shift {
  double estimate = 0;  // the median of all differences later - earlier
  double low = 0;       // the interval, free of any distribution
  double high = 0;
  double confidence = 0;  // that it really has: at least what was asked for
};

// Returns by how much `later` is above `earlier`; nothing when the groups are too small for that confidence. Time and
// memory grow with the product of their sizes.
std::optional<Shift> hodges_lehmann(std::span<const double> later, std::span<const double> earlier,
                                    double confidence = 0.95);

}  // namespace ci::statistics
