#include "insight/metric_insight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "statistics/false_discovery.hpp"
#include "statistics/order_statistics.hpp"

namespace ci::insight {
namespace {

using history_store::Row;
using statistics::Assessment;

void place_regression(MetricInsight& metric, const std::vector<const Row*>& runs) {
  const auto first = metric.judgement.regression->first_bad;
  if (first < runs.size()) metric.first_bad = place_of(*runs[first]);
  if (first > 0) metric.last_good = place_of(*runs[first - 1]);
}

MetricInsight insight_of(const std::vector<Row>& earlier, const Row& current, std::string_view name,
                         const history_store::Measure& measure, std::string_view default_branch) {
  MetricInsight metric;
  metric.name = name;
  metric.unit = measure.unit;
  metric.value = measure.value;
  metric.is_duration = measure.unit == "seconds";
  metric.stratum = label(stratum_of(current, name));
  auto runs = comparable_runs(earlier, current, name, default_branch);
  runs.push_back(&current);
  std::vector<double> values;
  values.reserve(runs.size());
  for (const auto* run : runs) values.push_back(run == &current ? measure.value : measure_of(*run, name)->value);
  metric.judgement = statistics::judge(values);
  metric.last.assign(values.end() - static_cast<std::ptrdiff_t>(std::min(values.size(), kMostLast)), values.end());
  if (metric.judgement.regression) place_regression(metric, runs);
  return metric;
}

void adjust_for_number(std::vector<MetricInsight>& metrics) {
  std::vector<double> p_values;
  for (const auto& metric : metrics) {
    if (!metric.is_duration) continue;
    const bool tested = metric.judgement.regression.has_value() &&
                        metric.judgement.regression->evidence != statistics::Evidence::two_in_a_row;
    p_values.push_back(tested ? metric.judgement.regression->test.p : 1);
  }
  const auto adjusted = statistics::adjusted_for_number(p_values);
  auto p = adjusted.begin();
  for (auto& metric : metrics) {
    if (!metric.is_duration) continue;
    auto& judgement = metric.judgement;
    const double own = *p++;
    if (!judgement.regression || judgement.regression->evidence == statistics::Evidence::two_in_a_row) continue;
    metric.adjusted_p = own;
    if (judgement.regression->evidence == statistics::Evidence::both || own < statistics::Rule().significance) continue;
    leave_unjudged(metric);
    judgement.assessment = metric.value > judgement.slow_above ? Assessment::slow_run : Assessment::usual;
  }
}

std::string signed_value(double value, std::string_view unit) {
  return (value < 0 ? "−" : "+") + with_unit(std::abs(value), unit);
}

std::string p_text(double p) {
  return p < 0.0001 ? "p < 0.0001" : fmt::format("p = {:.2g}", p);
}

std::string regression_sentence(const MetricInsight& metric) {
  const auto& regression = *metric.judgement.regression;
  const double effect = regression.shift ? regression.shift->estimate : regression.after - regression.before;
  std::string text = "regression: " + signed_value(effect, metric.unit);
  std::vector<std::string> more;
  if (regression.before > 0) more.push_back(signed_percent(effect / regression.before));
  if (regression.shift) {
    more.push_back(fmt::format("95 % interval {} to {}", signed_value(regression.shift->low, metric.unit),
                               signed_value(regression.shift->high, metric.unit)));
  }
  if (!more.empty()) text += fmt::format(" ({})", base::join(more, ", "));
  text += fmt::format(", {} runs against {}, {}", regression.recent_runs, regression.baseline_runs,
                      p_text(metric.adjusted_p.value_or(regression.test.p)));
  if (metric.first_bad) text += ", since " + in_words(*metric.first_bad);
  if (metric.first_bad && metric.last_good && metric.first_bad->image_version != metric.last_good->image_version)
    text += fmt::format("; the runner's image became {} then", metric.first_bad->image_version);
  return text;
}

}  // namespace

std::vector<MetricInsight> metric_insights(const std::vector<Row>& earlier, const Row& current,
                                           std::string_view default_branch) {
  std::vector<MetricInsight> metrics;
  const auto add = [&](std::string_view name) {
    const auto measure = measure_of(current, name);
    if (!measure) return;
    metrics.push_back(insight_of(earlier, current, name, *measure, default_branch));
    if (!metrics.back().is_duration) leave_unjudged(metrics.back());
  };
  add(kJobSeconds);
  for (const auto& [name, measure] : current.metrics) {
    if (name != kJobSeconds) add(name);
  }
  adjust_for_number(metrics);
  return metrics;
}

void leave_unjudged(MetricInsight& metric) {
  metric.judgement.assessment = Assessment::unjudged;
  metric.judgement.regression.reset();
  metric.first_bad.reset();
  metric.last_good.reset();
}

std::string title(const MetricInsight& metric) {
  return metric.name == kJobSeconds ? "the whole job" : metric.name;
}

std::string sentence(const MetricInsight& metric) {
  const auto& judgement = metric.judgement;
  const auto usual = with_unit(judgement.median, metric.unit);
  switch (judgement.assessment) {
    case Assessment::regression:
      return regression_sentence(metric);
    case Assessment::slow_run:
      return fmt::format("{}slow run: {}, usual are {}", judgement.preliminary ? "perhaps a " : "",
                         with_unit(metric.value, metric.unit), usual);
    case Assessment::usual:
      return "as usual: " + usual;
    case Assessment::unjudged:
      break;
  }
  if (!metric.is_duration && judgement.baseline_runs > 0) return "usual are " + usual;
  return fmt::format("baseline: {} of {} runs", judgement.baseline_runs, judgement.baseline_needed);
}

std::string with_unit(double value, std::string_view unit) {
  if (unit == "seconds") return base::human_seconds(value);
  if (unit == "bytes") return base::human_bytes(static_cast<std::int64_t>(value));
  return unit.empty() ? fmt::format("{:.4g}", value) : fmt::format("{:.4g} {}", value, unit);
}

std::string signed_percent(double part) {
  return fmt::format("{}{:.0f} %", part < 0 ? "−" : "+", 100 * std::abs(part));
}

}  // namespace ci::insight
