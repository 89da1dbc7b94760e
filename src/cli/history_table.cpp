#include "cli/history_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "history/record.hpp"
#include "report/text_table.hpp"

namespace ci::cli {
namespace {

using base::Align;
using history::JobStatus;
using history_store::Row;
using platform::Colour;
using report::TextCell;
using report::TextColumn;

constexpr std::size_t kMinutes = 16;  // "2026-11-21 04:24"
constexpr std::size_t kShortCommit = 10;
constexpr std::size_t kShortId = 8;  // enough for `history show`

std::string when(base::TimePoint time) {
  return base::replace_all(base::to_rfc3339(time).substr(0, kMinutes), "T", " ");
}

// "test (os=ubuntu, python=3.12), step tools"
std::string job_text(const history_store::Series& series) {
  std::string text = series.job;
  if (!series.matrix.empty()) {
    const auto json = base::parse_json(series.matrix);
    std::vector<std::string> values;
    if (json) {
      for (const auto& [name, value] : json->members()) values.push_back(name + "=" + value.as_string());
    }
    text += fmt::format(" ({})", base::join(values, ", "));
  }
  const auto step = history::step_label(series.step);
  return step.empty() ? text : text + ", step " + step;
}

TextCell status_cell(const Row& row) {
  const std::string word(history::word(row.status));
  switch (row.status) {
    case JobStatus::success:
      return {word, Colour::good};
    case JobStatus::failure:
    case JobStatus::timed_out:
      return {word, Colour::bad};
    case JobStatus::cancelled:
      return {word, Colour::warning};
    case JobStatus::pending:
    case JobStatus::running:
    case JobStatus::skipped:
      return {word, Colour::faint};
  }
  return {word};
}

template <class Items, class Part>
bool differ(const Items& items, Part part) {
  return std::any_of(items.begin(), items.end(), [&](const auto& item) { return part(item) != part(items.front()); });
}

}  // namespace

std::string runs_table(const std::vector<Row>& rows, const platform::Terminal& terminal) {
  const bool several_repositories = differ(rows, [](const Row& row) { return row.repository; });
  const bool several_workflows = differ(rows, [](const Row& row) { return row.workflow; });
  const bool any_failed =
      std::any_of(rows.begin(), rows.end(), [](const Row& row) { return !row.failed_steps.empty(); });
  std::vector<TextColumn> columns{{"STARTED (UTC)"}};
  if (several_repositories) columns.push_back({"REPOSITORY", Align::left, true});
  if (several_workflows) columns.push_back({"WORKFLOW", Align::left, true});
  columns.insert(columns.end(), {{"JOB", Align::left, true},
                                 {"BRANCH", Align::left, true},
                                 {"COMMIT"},
                                 {"STATUS"},
                                 {"SECONDS", Align::right},
                                 {"TIER"},
                                 {"CACHES", Align::left, true}});
  if (any_failed) columns.push_back({"FAILED", Align::left, true});
  columns.push_back({"ID"});
  std::vector<std::vector<TextCell>> lines;
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    line.emplace_back(when(row.started_at));
    if (several_repositories) line.emplace_back(row.repository);
    if (several_workflows) line.emplace_back(row.workflow);
    const auto attempt = row.run_attempt > 1 ? fmt::format(" #{}", row.run_attempt) : "";
    line.emplace_back(job_text(series_of(row)) + attempt);
    line.emplace_back(row.branch);
    line.emplace_back(row.commit_sha.substr(0, kShortCommit));
    line.push_back(status_cell(row));
    line.emplace_back(fmt::format("{:.1f}", row.seconds));
    line.emplace_back(row.tier);
    line.emplace_back(row.caches);
    if (any_failed) line.emplace_back(base::join(row.failed_steps, " "));
    line.emplace_back(row.id.substr(0, kShortId));
  }
  return report::text_table(columns, lines, terminal);
}

std::string days_table(const std::vector<history_store::Day>& days, const platform::Terminal& terminal) {
  const std::vector<TextColumn> columns{{"DAY"},
                                        {"REPOSITORY", Align::left, true},
                                        {"WORKFLOW", Align::left, true},
                                        {"JOB", Align::left, true},
                                        {"RUNS", Align::right},
                                        {"SUCCEEDED", Align::right},
                                        {"P50 (s)", Align::right},
                                        {"P95 (s)", Align::right}};
  std::vector<std::vector<TextCell>> lines;
  for (const auto& day : days) {
    const auto seconds = day.metrics.find("seconds");
    const bool is_known = seconds != day.metrics.end();
    lines.push_back({day.date, day.series.repository, day.series.workflow, job_text(day.series),
                     std::to_string(day.runs), std::to_string(day.successes),
                     is_known ? fmt::format("{:.1f}", seconds->second.p50) : "",
                     is_known ? fmt::format("{:.1f}", seconds->second.p95) : ""});
  }
  return report::text_table(columns, lines, terminal);
}

}  // namespace ci::cli
