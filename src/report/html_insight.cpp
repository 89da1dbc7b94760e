#include "report/html_insight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "report/html_marks.hpp"
#include "report/html_sections.hpp"
#include "report/html_table.hpp"

namespace ci::report {
namespace {

using insight::Insight;
using insight::MetricInsight;
using statistics::Assessment;
using Kind = Column::Kind;

constexpr std::size_t kMostChanges = 20;

// The shape and tone of a verdict, with `words` beside them.
Mark verdict_mark(Assessment assessment, std::string words) {
  switch (assessment) {
    case Assessment::regression:
      return {"cross", "bad", std::move(words)};
    case Assessment::slow_run:
      return {"triangle", "odd", std::move(words)};
    case Assessment::usual:
      return {"tick", "good", std::move(words)};
    case Assessment::unjudged:
      break;
  }
  return {"dash", "calm", std::move(words)};
}

// The last values as points on a line, the run's own as a larger one. The table's cells say what matters of it.
void write_sparkline(HtmlWriter& page, const std::vector<double>& values) {
  if (values.size() < 2) return;
  constexpr double kWidth = 96, kHeight = 22, kEdge = 3;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double least = *low, range = *high - *low;
  const auto x = [&](std::size_t i) {
    return kEdge + (kWidth - 2 * kEdge) * static_cast<double>(i) / static_cast<double>(values.size() - 1);
  };
  const auto y = [&](double value) {
    return range > 0 ? kHeight - kEdge - (kHeight - 2 * kEdge) * (value - least) / range : kHeight / 2;
  };
  std::string points;
  for (std::size_t i = 0; i < values.size(); ++i) points += fmt::format("{:.1f},{:.1f} ", x(i), y(values[i]));
  page.open("svg",
            {{"class", "sparkline"}, {"viewBox", fmt::format("0 0 {} {}", kWidth, kHeight)}, {"aria-hidden", "true"}});
  page.element("polyline", "", {{"points", std::string(base::trim(points))}});
  page.element("circle", "",
               {{"cx", fmt::format("{:.1f}", x(values.size() - 1))},
                {"cy", fmt::format("{:.1f}", y(values.back()))},
                {"r", "2.5"}});
  page.close();
}

void write_metric(HtmlWriter& page, const MetricInsight& metric) {
  begin_row(page);
  begin_name(page);
  page.text(shortened(title(metric), kLongestName));
  page.open("div", {{"class", "note"}});
  write_mark(page, verdict_mark(metric.judgement.assessment, shortened(sentence(metric), kLongestText)));
  page.close().close();
  write_number(page, shortened(insight::with_unit(metric.value, metric.unit), 40));
  const bool has_median = metric.judgement.baseline_runs > 0;
  write_number(page, has_median ? shortened(insight::with_unit(metric.judgement.median, metric.unit), 40) : "");
  const bool has_change = has_median && metric.judgement.median > 0;
  write_number(page, has_change ? insight::signed_percent(metric.value / metric.judgement.median - 1) : "");
  begin_cell(page, "number");
  write_sparkline(page, metric.last);
  page.close().close();
}

std::string percent(double part) {
  return fmt::format("{:.0f} %", 100 * part);
}

void write_fact(HtmlWriter& page, std::string_view name, const std::string& value) {
  page.open("div").element("dt", name).element("dd", value).close();
}

void write_reliability(HtmlWriter& page, const Insight& insight) {
  const auto& [successes, trials, rate, low, high] = insight.success;
  page.open("dl", {{"class", "facts"}});
  if (trials > 0) {
    write_fact(page, "Succeeded in 30 days",
               fmt::format("{} of {} first attempts: {} (95 % interval {} to {})", successes, trials, percent(rate),
                           percent(low), percent(high)));
  }
  const auto& reliability = insight.reliability;
  if (reliability.between_failures)
    write_fact(page, "Between failures", base::human_seconds(*reliability.between_failures) + " on average");
  if (reliability.recovery)
    write_fact(page, "Until mended", base::human_seconds(*reliability.recovery) + " on average");
  if (reliability.failures_in_a_row > 0)
    write_fact(page, "Failed in a row", counted(reliability.failures_in_a_row, "run"));
  if (insight.flakiness.state != statistics::FlakyState::steady) {
    const auto state = insight.flakiness.state == statistics::FlakyState::flaky ? "yes" : "not since it passed again";
    write_fact(page, "Fails by chance",
               fmt::format("{}: failed and passed on {}, {} (95 % interval {} to {})", state,
                           counted(insight.flakiness.flipped_commits, "commit"), percent(insight.flakiness.score),
                           percent(insight.flakiness.low), percent(insight.flakiness.high)));
  }
  page.close();
}

void write_changes(HtmlWriter& page, const Insight& insight) {
  if (insight.changes.empty()) return;
  page.element("h3", "When its level changed").open("ul");
  const auto shown = std::min(insight.changes.size(), kMostChanges);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& change = insight.changes[i];
    page.open("li").element("strong", effect_text(change));
    page.text(shortened(fmt::format(" with {}, p = {:.2g}", in_words(change.first), change.p), kLongestText)).close();
  }
  page.close();
  write_left_out(page, shown, insight.changes.size(), "changes");
}

}  // namespace

void write_alert(HtmlWriter& page, const Insight& insight) {
  const auto worst = assessment(insight);
  if (worst != Assessment::slow_run && worst != Assessment::regression) return;
  const auto alert = verdict_mark(worst, shortened(headline(insight), kLongestText));
  page.open("p", {{"class", fmt::format("alert {}", alert.tone)}});
  write_mark(page, alert);
  page.close();
}

void write_comparison(HtmlWriter& page, const Insight& insight) {
  if (!insight.not_judged.empty())
    page.element("p", "This run is not judged: " + shortened(insight.not_judged, kLongestText) + ".");
  if (!insight.metrics.empty()) {
    begin_table(page, "This run beside those that it can be compared with",
                {{"Metric"},
                 {"This run", Kind::number},
                 {"Median", Kind::number},
                 {"Change", Kind::number},
                 {"Last runs", Kind::number}});
    const auto shown = std::min(insight.metrics.size(), kMostRows);
    for (std::size_t i = 0; i < shown; ++i) write_metric(page, insight.metrics[i]);
    end_table(page);
    write_left_out(page, shown, insight.metrics.size(), "metrics");
  }
  write_reliability(page, insight);
  write_changes(page, insight);
}

}  // namespace ci::report
