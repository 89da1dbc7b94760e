#include "report/insight_sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/markdown.hpp"
#include "report/sparkline.hpp"

namespace ci::report {
namespace {

using history::Record;
using insight::Insight;
using insight::MetricInsight;
using statistics::Assessment;

constexpr std::size_t kLongestName = 300;
constexpr std::size_t kMostChanges = 5;
constexpr double kDay = 86'400;  // seconds

std::string_view sign(Assessment assessment) {
  switch (assessment) {
    case Assessment::regression:
      return "🔺 ";
    case Assessment::slow_run:
      return "🐢 ";
    case Assessment::usual:
      return "✅ ";
    case Assessment::unjudged:
      break;
  }
  return "";
}

// "within 1 min 13 s", where the record has a threshold for it.
std::string threshold_text(const Record& record, const std::string& name) {
  for (const auto& metric : record.metrics) {
    if (metric.name != name || !metric.threshold) continue;
    const auto limit = insight::with_unit(*metric.threshold, metric.unit);
    if (metric.verdict == history::Verdict::missed) return "❌ over " + limit;
    return (metric.verdict == history::Verdict::met ? "✅ within " : "limit ") + limit;
  }
  return "";
}

std::string change_text(const MetricInsight& metric) {
  if (metric.judgement.baseline_runs == 0 || metric.judgement.median <= 0) return "";
  return insight::signed_percent(metric.value / metric.judgement.median - 1);
}

std::string metric_row(const Record& record, const MetricInsight& metric) {
  const auto& judgement = metric.judgement;
  std::string median;
  if (judgement.baseline_runs > 0) {
    median = fmt::format("{} (n = {})", insight::with_unit(judgement.median, metric.unit), judgement.baseline_runs);
  }
  const auto verdict = metric.is_duration ? std::string(sign(judgement.assessment)) + insight::sentence(metric) : "";
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", escaped_part(insight::title(metric), kLongestName),
                     escaped_part(insight::with_unit(metric.value, metric.unit), kLongestName),
                     escaped_part(median, kLongestName), change_text(metric), sparkline(metric.last),
                     escaped_part(threshold_text(record, metric.name), kLongestName), escaped_part(verdict, 1000));
}

std::string metric_row(const Record& record, const history::Metric& metric) {
  return fmt::format("| {} | {} | | | | {} | |\n", escaped_part(metric.name, kLongestName),
                     escaped_part(insight::with_unit(metric.value, metric.unit), kLongestName),
                     escaped_part(threshold_text(record, metric.name), kLongestName));
}

std::string days(double seconds) {
  return seconds >= kDay ? fmt::format("{:.1f} days", seconds / kDay) : base::human_seconds(seconds);
}

std::string percent(double rate) {
  return fmt::format("{:.1f} %", 100 * rate);
}

std::string success_row(const statistics::Proportion& success) {
  return fmt::format("| Successful first attempts, {} days | {} of {} ({}, 95 % interval {} to {}) |\n",
                     insight::kReliabilityDays, success.successes, success.trials, percent(success.rate),
                     percent(success.low), percent(success.high));
}

std::string flaky_row(const statistics::Flakiness& flakiness) {
  const std::string_view word = flakiness.state == statistics::FlakyState::flaky ? "flaky" : "no longer";
  return fmt::format("| Passed and failed on one commit | {}: {} of {} runs; chance of the next {} (95 % {} to {}) |\n",
                     word, flakiness.chance_failures, flakiness.trials, percent(flakiness.score),
                     percent(flakiness.low), percent(flakiness.high));
}

std::string change_row(const insight::SeriesChange& change) {
  return fmt::format("| Since {} | {} |\n", escaped_part(insight::in_words(change.first), kLongestName),
                     escaped_part(insight::effect_text(change), kLongestName));
}

}  // namespace

std::optional<Section> alert_section(const Insight& insight) {
  const auto worst = insight::assessment(insight);
  if (worst != Assessment::regression && worst != Assessment::slow_run) return std::nullopt;
  Section section{"Alert", worst == Assessment::regression ? "\n> [!WARNING]\n" : "\n> [!NOTE]\n", {}, "", 0};
  for (const auto& metric : insight.metrics) {
    if (metric.judgement.assessment != worst) continue;
    section.rows.push_back(fmt::format("> **{}**: {}<br>\n", escaped_part(insight::title(metric), kLongestName),
                                       escaped_part(insight::sentence(metric), 1000)));
  }
  return section;
}

Section metrics_section(const Record& record, const Insight* insight) {
  Section section{"Metrics",
                  "\n#### Metrics\n\n| Metric | This run | Median | Change | Last runs | Limit | Verdict |\n"
                  "| --- | ---: | ---: | ---: | --- | --- | --- |\n",
                  {},
                  "",
                  2};
  if (insight == nullptr) {
    for (const auto& metric : record.metrics) section.rows.push_back(metric_row(record, metric));
    return section;
  }
  for (const auto& metric : insight->metrics) section.rows.push_back(metric_row(record, metric));
  if (!insight->not_judged.empty())
    section.tail = fmt::format("\n_Not judged: {}._\n", escaped_part(insight->not_judged, kLongestName));
  return section;
}

Section history_section(const Insight& insight) {
  Section section{"History",
                  fmt::format("\n<details><summary>History ({} runs of this job)</summary>\n\n| | |\n| --- | --- |\n",
                              insight.kept_runs),
                  {},
                  "\n</details>\n",
                  5};
  auto& rows = section.rows;
  if (insight.success.trials > 0) rows.push_back(success_row(insight.success));
  const auto& reliability = insight.reliability;
  if (reliability.failures_in_a_row > 0)
    rows.push_back(fmt::format("| Failures in a row | {} |\n", reliability.failures_in_a_row));
  if (reliability.between_failures)
    rows.push_back(fmt::format("| Mean time between failures | {} |\n", days(*reliability.between_failures)));
  if (reliability.recovery)
    rows.push_back(fmt::format("| Mean time to recovery | {} |\n", days(*reliability.recovery)));
  if (insight.flakiness.chance_failures > 0) rows.push_back(flaky_row(insight.flakiness));
  for (std::size_t i = 0; i < std::min(insight.changes.size(), kMostChanges); ++i)
    rows.push_back(change_row(insight.changes[i]));
  return section;
}

}  // namespace ci::report
