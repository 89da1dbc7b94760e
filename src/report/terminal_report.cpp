#include "report/terminal_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using history::Record;
using platform::disarmed_line;

std::string phase_lines(const history::AptOutcome& apt) {
  std::size_t width = 0;
  for (const auto& phase : apt.phases) width = std::max(width, phase.name.size());
  std::string lines;
  for (const auto& phase : apt.phases) {
    lines += fmt::format("  {:<{}}  {:>12}", disarmed_line(phase.name), width, base::human_seconds(phase.seconds));
    if (phase.bytes > 0) lines += fmt::format("  {:>10}", base::human_bytes(phase.bytes));
    lines += '\n';
  }
  return lines;
}

std::string smoke_lines(const Record& record) {
  std::string lines;
  for (const auto& test : record.smoke) {
    if (test.status == history::SmokeStatus::passed) continue;
    lines += fmt::format("  {}: {}", disarmed_line(test.command), history::word(test.status));
    if (!test.reason.empty()) lines += ": " + disarmed_line(test.reason);
    lines += '\n';
    if (test.output.empty()) continue;
    for (const auto& line : base::split(base::trim(test.output), '\n')) lines += "    | " + disarmed_line(line) + '\n';
  }
  return lines;
}

std::string problem_lines(const Record& record) {
  std::string lines;
  for (const auto& problem : record.problems) {
    lines += fmt::format("  {}: {}\n", problem.level == history::Problem::Level::failure ? "error" : "warning",
                         disarmed_line(problem.message));
    if (!problem.hint.empty()) lines += fmt::format("    hint: {}\n", disarmed_line(problem.hint));
  }
  return lines;
}

}  // namespace

std::string terminal_report(const Record& record) {
  std::string text = disarmed_line(verdict(record)) + '\n';
  if (record.apt) text += phase_lines(*record.apt);
  const auto add = [&](std::string_view heading, const std::string& lines) {
    if (!lines.empty()) text += fmt::format("{}\n{}", heading, lines);
  };
  add("Smoke tests that did not pass:", smoke_lines(record));
  add("Problems:", problem_lines(record));
  if (!record.record_path.empty()) text += "Record: " + disarmed_line(record.record_path) + '\n';
  if (!record.report_path.empty()) text += "Report: " + disarmed_line(record.report_path) + '\n';
  if (!record.check_run_url.empty()) text += "Check run: " + disarmed_line(record.check_run_url) + '\n';
  return text;
}

}  // namespace ci::report
