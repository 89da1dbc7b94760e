#include "statistics/change_points.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "statistics/distributions.hpp"
#include "statistics/order_statistics.hpp"

namespace ci::statistics {
namespace {

using Values = std::span<const double>;

// Replaces what stands out of its five neighbours on either side by their median (Hampel's filter): a few stalls of
// twenty times the usual would hide every change from means.
std::vector<double> without_outliers(Values values) {
  constexpr std::size_t kNeighbours = 5;
  constexpr double kFar = 4;  // scaled MADs
  std::vector<double> cleaned(values.begin(), values.end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t first = i < kNeighbours ? 0 : i - kNeighbours;
    const Values around = values.subspan(first, std::min(values.size(), i + kNeighbours + 1) - first);
    const double centre = median(around);
    if (std::abs(values[i] - centre) > kFar * spread(around, centre)) cleaned[i] = centre;
  }
  return cleaned;
}

// Durations grow and scatter by factors: on a logarithmic scale levels differ by sums and scatter alike, as the t-test
// wants. The offset keeps values of nearly nothing from counting.
std::vector<double> on_log_scale(std::vector<double> values, double offset) {
  for (auto& value : values) value = std::log(std::max(value, 0.0) + offset);
  return values;
}

double t_test(Values a, Values b) {
  const auto mean = [](Values values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  const auto squares = [](Values values, double centre) {
    return std::accumulate(values.begin(), values.end(), 0.0,
                           [&](double sum, double value) { return sum + (value - centre) * (value - centre); });
  };
  const double n = static_cast<double>(a.size());
  const double m = static_cast<double>(b.size());
  const double mean_a = mean(a);
  const double mean_b = mean(b);
  if (mean_a == mean_b) return 1;
  const double variance = (squares(a, mean_a) + squares(b, mean_b)) / (n + m - 2);
  return student_two_sided((mean_b - mean_a) / std::sqrt(variance * (1 / n + 1 / m)), n + m - 2);
}

// Returns the split of the values at which the energy distance of the two parts is greatest; nothing when they are too
// few for two parts.
std::optional<std::size_t> best_split(Values values, std::size_t least_part) {
  const std::size_t count = values.size();
  if (count < 2 * least_part) return std::nullopt;
  // The sums of distances within the parts and between them, as one value after the other changes sides.
  double within_left = 0;
  double within_right = 0;
  double between = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < i; ++j) within_right += std::abs(values[i] - values[j]);
  }
  std::optional<std::size_t> best;
  double greatest = 0;
  for (std::size_t split = 1; split + least_part <= count; ++split) {
    const double moved = values[split - 1];
    double to_left = 0;
    double to_right = 0;
    for (std::size_t i = 0; i + 1 < split; ++i) to_left += std::abs(values[i] - moved);
    for (std::size_t i = split; i < count; ++i) to_right += std::abs(values[i] - moved);
    within_left += to_left;
    within_right -= to_right;
    between += to_right - to_left;
    if (split < least_part) continue;
    const double n = static_cast<double>(split);
    const double m = static_cast<double>(count - split);
    const double energy =
        n * m / (n + m) * (2 * between / (n * m) - 2 * within_left / (n * (n - 1)) - 2 * within_right / (m * (m - 1)));
    if (energy > greatest) {
      greatest = energy;
      best = split;
    }
  }
  return best;
}

// Adds the change points of values[first, end) to `found`, in order. The level of the test is weaker than the rule's:
// a window may hold only the beginning of a level, and `settled` judges with all of it.
void split_window(Values values, std::size_t first, std::size_t end, const ChangeRule& rule,
                  std::vector<std::size_t>& found) {
  constexpr double kWeaker = 10;
  const Values window = values.subspan(first, end - first);
  const auto split = best_split(window, rule.least_part);
  if (!split || t_test(window.first(*split), window.subspan(*split)) > kWeaker * rule.significance) return;
  split_window(values, first, first + *split, rule, found);
  found.push_back(first + *split);
  split_window(values, first + *split, end, rule, found);
}

// Moves each index to the best place between its neighbours: windows that overlap may each have told a little another
// one.
void refine(Values values, std::vector<std::size_t>& indices, const ChangeRule& rule) {
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const std::size_t left = i == 0 ? 0 : indices[i - 1];
    const std::size_t right = i + 1 == indices.size() ? values.size() : indices[i + 1];
    const std::size_t first = std::max(left, indices[i] - std::min(indices[i], rule.window));
    const std::size_t end = std::min(right, indices[i] + rule.window);
    if (const auto split = best_split(values.subspan(first, end - first), rule.least_part)) indices[i] = first + *split;
  }
}

// Returns, in order, where a window shows a change; a level between two of them has at least `least_part` values.
std::vector<std::size_t> candidates(Values values, const ChangeRule& rule) {
  std::vector<std::size_t> found;
  const std::size_t step = std::max<std::size_t>(rule.window / 2, 1);
  for (std::size_t first = 0; first < values.size(); first += step) {
    split_window(values, first, std::min(values.size(), first + rule.window), rule, found);
    if (first + rule.window >= values.size()) break;
  }
  std::sort(found.begin(), found.end());
  std::vector<std::size_t> apart;
  for (const auto index : found) {
    if (apart.empty() || index - apart.back() >= rule.least_part) apart.push_back(index);
  }
  refine(values, apart, rule);
  return apart;
}

// Fills `p`, `before` and `after` of one change point from the levels around it.
void compare_levels(Values raw, Values values, std::vector<ChangePoint>& points, std::size_t at) {
  const std::size_t begin = at == 0 ? 0 : points[at - 1].index;
  const std::size_t end = at + 1 == points.size() ? values.size() : points[at + 1].index;
  auto& point = points[at];
  point.p = t_test(values.subspan(begin, point.index - begin), values.subspan(point.index, end - point.index));
  point.before = median(raw.subspan(begin, point.index - begin));
  point.after = median(raw.subspan(point.index, end - point.index));
}

bool matters(const ChangePoint& point, const ChangeRule& rule) {
  const double least = std::max(rule.effect_part * std::abs(point.before), rule.least_effect);
  return point.p <= rule.significance && std::abs(point.after - point.before) >= least;
}

// Takes away, the weakest first, what does not matter, and judges its neighbours anew with the longer level.
std::vector<ChangePoint> settled(Values raw, Values values, std::vector<std::size_t> indices, const ChangeRule& rule) {
  std::vector<ChangePoint> points;
  for (const auto index : indices) points.push_back({index, 0, 0, 1});
  for (std::size_t i = 0; i < points.size(); ++i) compare_levels(raw, values, points, i);
  for (;;) {
    std::optional<std::size_t> weakest;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (!matters(points[i], rule) && (!weakest || points[i].p > points[*weakest].p)) weakest = i;
    }
    if (!weakest) return points;
    points.erase(points.begin() + static_cast<std::ptrdiff_t>(*weakest));
    if (*weakest > 0) compare_levels(raw, values, points, *weakest - 1);
    if (*weakest < points.size()) compare_levels(raw, values, points, *weakest);
  }
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> values, const ChangeRule& rule) {
  const auto cleaned = without_outliers(values);
  const auto scaled = on_log_scale(cleaned, std::max(rule.least_effect, 1e-3));
  return settled(cleaned, scaled, candidates(scaled, rule), rule);
}

}  // namespace ci::statistics
