#include "statistics/judgement.hpp"

#include <algorithm>

#include "statistics/order_statistics.hpp"
#include "statistics/turning_point.hpp"

namespace ci::statistics {
namespace {

using Values = std::span<const double>;

constexpr std::size_t kPair = 2;

// Returns the runs just before the last `recent` ones, as many as the rule wants; there are more than `recent`.
Values baseline_before(Values values, std::size_t recent, const Rule& rule) {
  const Values before = values.first(values.size() - recent);
  return before.last(std::min(before.size(), rule.baseline));
}

double slow_above(Values baseline, const Rule& rule) {
  const double centre = median(baseline);
  return centre + std::max({rule.slow_mads * spread(baseline, centre), rule.slow_part * centre, rule.least_effect});
}

bool is_two_in_a_row(Values values, const Rule& rule) {
  if (values.size() < rule.least_verdict + kPair) return false;
  const double limit = slow_above(baseline_before(values, kPair, rule), rule);
  return std::ranges::all_of(values.last(kPair), [&](double value) { return value > limit; });
}

// Nothing when there are too few runs or the effect is too small, whatever its probability.
std::optional<RankTest> significant_test(Values values, const Rule& rule) {
  if (values.size() < rule.baseline + rule.recent) return std::nullopt;
  const Values recent = values.last(rule.recent);
  const Values baseline = baseline_before(values, rule.recent, rule);
  const double before = median(baseline);
  if (median(recent) - before < std::max(rule.effect_part * before, rule.least_effect)) return std::nullopt;
  const auto test = test_greater(recent, baseline);
  return test.p < rule.significance ? std::optional(test) : std::nullopt;
}

std::optional<Regression> regression_of(Values values, const Rule& rule) {
  const bool pair = is_two_in_a_row(values, rule);
  const auto test = significant_test(values, rule);
  if (!pair && !test) return std::nullopt;
  Regression found;
  found.evidence = pair && test ? Evidence::both : pair ? Evidence::two_in_a_row : Evidence::rank_test;
  // What is reported belongs to groups that were set before the values were seen; only `first_bad` is searched for.
  const Values recent = values.last(test ? rule.recent : kPair);
  const Values baseline = baseline_before(values, recent.size(), rule);
  found.recent_runs = recent.size();
  found.baseline_runs = baseline.size();
  found.before = median(baseline);
  found.after = median(recent);
  found.test = test ? *test : test_greater(recent, baseline);
  found.shift = hodges_lehmann(recent, baseline);
  const Values window = values.last(recent.size() + baseline.size());
  found.first_bad = values.size() - window.size() + rise_in(window, recent.size());
  return found;
}

}  // namespace

Judgement judge(std::span<const double> values, const Rule& rule) {
  Judgement result;
  result.baseline_needed = rule.least_verdict;
  if (values.empty()) return result;
  const Values baseline = baseline_before(values, 1, rule);
  result.baseline_runs = baseline.size();
  result.median = median(baseline);
  result.spread = spread(baseline, result.median);
  result.slow_above = slow_above(baseline, rule);
  if (baseline.size() < rule.least_slow) return result;
  result.regression = regression_of(values, rule);
  if (result.regression) {
    result.assessment = Assessment::regression;
  } else if (values.back() > result.slow_above) {
    result.assessment = Assessment::slow_run;
    result.preliminary = baseline.size() < rule.least_verdict;
  } else {
    result.assessment = Assessment::usual;
  }
  return result;
}

}  // namespace ci::statistics
