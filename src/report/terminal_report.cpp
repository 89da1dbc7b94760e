#include "report/terminal_report.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "report/cache_ledger.hpp"
#include "report/sparkline.hpp"
#include "report/text_table.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using base::Align;
using history::JobStatus;
using history::Record;
using platform::Colour;
using platform::disarmed_line;
using platform::Terminal;
using statistics::Assessment;

using Rows = std::vector<std::vector<TextCell>>;

Colour colour_of(JobStatus status) {
  switch (status) {
    case JobStatus::success:
      return Colour::good;
    case JobStatus::failure:
    case JobStatus::timed_out:
      return Colour::bad;
    case JobStatus::cancelled:
    case JobStatus::skipped:
      return Colour::warning;
    case JobStatus::pending:
    case JobStatus::running:
      break;
  }
  return Colour::bold;
}

Colour colour_of(Assessment assessment) {
  switch (assessment) {
    case Assessment::regression:
      return Colour::bad;
    case Assessment::slow_run:
      return Colour::warning;
    case Assessment::usual:
      return Colour::good;
    case Assessment::unjudged:
      break;
  }
  return Colour::faint;
}

std::string metrics_table(const insight::Insight& insight, const Terminal& terminal) {
  Rows rows;
  for (const auto& metric : insight.metrics) {
    const auto& judgement = metric.judgement;
    rows.push_back({insight::title(metric), insight::with_unit(metric.value, metric.unit),
                    judgement.baseline_runs > 0 ? insight::with_unit(judgement.median, metric.unit) : "",
                    sparkline(metric.last),
                    metric.is_duration ? TextCell(insight::sentence(metric), colour_of(judgement.assessment)) : ""});
  }
  if (rows.empty()) return "";
  return text_table({{"Metric"}, {"Now", Align::right}, {"Median", Align::right}, {"Last runs"}, {"Verdict"}}, rows,
                    terminal);
}

std::string phases_table(const history::AptOutcome& apt, const Terminal& terminal) {
  Rows rows;
  for (const auto& phase : apt.phases) {
    rows.push_back({phase.name, base::human_seconds(phase.seconds),
                    phase.bytes > 0 ? base::human_bytes(phase.bytes) : std::string()});
  }
  if (rows.empty()) return "";
  return text_table({{"Phase"}, {"Time", Align::right}, {"Data", Align::right}}, rows, terminal);
}

std::string caches_lines(const std::vector<history::CacheOutcome>& caches, const Terminal& terminal) {
  Rows rows;
  for (const auto& cache : caches) {
    const auto net = insight::net_seconds(cache);
    rows.push_back({cache.name, TextCell(cache.outcome, history::is_hit(cache) ? Colour::good : Colour::warning),
                    cache.bytes > 0 ? base::human_bytes(cache.bytes) : std::string(), net ? signed_seconds(*net) : "",
                    cache.reason});
  }
  if (rows.empty()) return "";
  return text_table({{"Cache", Align::left, true},
                     {"Outcome"},
                     {"Size", Align::right},
                     {"Net saving", Align::right},
                     {"Reason", Align::left, true}},
                    rows, terminal);
}

std::string smoke_lines(const Record& record, const Terminal& terminal) {
  std::string lines;
  for (const auto& test : record.smoke) {
    if (test.status == history::SmokeStatus::passed) continue;
    lines += fmt::format("  {}: {}", disarmed_line(test.command),
                         terminal.coloured(Colour::bad, history::word(test.status)));
    if (!test.reason.empty()) lines += ": " + disarmed_line(test.reason);
    lines += '\n';
    if (test.output.empty()) continue;
    for (const auto& line : base::split(base::trim(test.output), '\n')) lines += "    | " + disarmed_line(line) + '\n';
  }
  return lines;
}

std::string problem_lines(const Record& record, const Terminal& terminal) {
  std::string lines;
  for (const auto& problem : record.problems) {
    const bool failure = problem.level == history::Problem::Level::failure;
    lines += fmt::format("  {} {}\n",
                         terminal.coloured(failure ? Colour::bad : Colour::warning, failure ? "error:" : "warning:"),
                         disarmed_line(problem.message));
    if (!problem.hint.empty()) lines += fmt::format("    hint: {}\n", disarmed_line(problem.hint));
  }
  return lines;
}

}  // namespace

std::string terminal_report(const Record& record, const insight::Insight* insight, const Terminal& terminal) {
  std::string text = terminal.coloured(colour_of(record.status), disarmed_line(verdict(record))) + '\n';
  const auto add = [&](std::string_view heading, const std::string& lines) {
    if (!lines.empty()) text += fmt::format("\n{}{}", heading, lines);
  };
  if (insight != nullptr) {
    text +=
        terminal.coloured(colour_of(insight::assessment(*insight)), disarmed_line(insight::headline(*insight))) + '\n';
    add("", metrics_table(*insight, terminal));
  }
  if (record.apt) add("", phases_table(*record.apt, terminal));
  add("", caches_lines(record.caches, terminal));
  add("Smoke tests that did not pass:\n", smoke_lines(record, terminal));
  add("Problems:\n", problem_lines(record, terminal));
  std::string places;
  if (!record.record_path.empty()) places += "Record: " + disarmed_line(record.record_path) + '\n';
  if (!record.report_path.empty()) places += "Report: " + disarmed_line(record.report_path) + '\n';
  if (!record.check_run_url.empty()) places += "Check run: " + disarmed_line(record.check_run_url) + '\n';
  add("", places);
  return text;
}

}  // namespace ci::report
