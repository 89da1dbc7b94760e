#pragma once
// Where the level of a long series changed (E-divisive means with a t-test in windows: Matteson and James 2014; Daly et
// al. 2020; Fleming et al. 2023).
#include <cstddef>
#include <span>
#include <vector>

namespace ci::statistics {

struct ChangeRule {
  std::size_t window = 40;      // values that are looked at together
  std::size_t least_part = 5;   // values of one level; at least 2
  double significance = 0.001;  // of the two-sided t-test between neighbouring levels
  double effect_part = 0.10;    // the least change of the medians, as a part of the earlier one,
  double least_effect = 2;      // and in the series' unit
};

struct ChangePoint {
  std::size_t index = 0;  // the first value of the new level
  double before = 0;      // medians of the levels on either side, up to the next change points
  double after = 0;
  double p = 1;  // of the t-test between them
};

// Returns the change points of finite values in the order of time; up and down alike. A value that stands alone, such
// as a stall, is none: before the search it is replaced by what is usual around it. Time grows with the number of
// values times the window.
std::vector<ChangePoint> change_points(std::span<const double> values, const ChangeRule& rule = {});

}  // namespace ci::statistics
