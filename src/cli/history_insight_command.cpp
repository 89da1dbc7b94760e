// `history changes` and `history flaky`: what kept runs tell together.
#include <fmt/format.h>

#include <cstdio>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/history_store_of.hpp"
#include "history/default_branch.hpp"
#include "insight/flaky_jobs.hpp"
#include "insight/insight.hpp"
#include "insight/series_changes.hpp"
#include "optimize/exit_code.hpp"
#include "report/text_table.hpp"

namespace ci::cli {
namespace {

using base::Align;
using base::Json;
using platform::Colour;
using report::TextCell;
using report::TextColumn;

constexpr std::size_t kChangeRuns = 1000;  // that are looked at
constexpr std::size_t kDay = 10;           // "2026-11-21"
constexpr std::size_t kShortCommit = 10;

std::string day_of(base::TimePoint time) {
  return base::to_rfc3339(time).substr(0, kDay);
}

// The branch whose runs are a baseline: that which is asked for, else the repository's default one as far as the newest
// record and the branches of all tell it, else "" for all.
std::string baseline_branch(const history_store::Selection& selection, const std::vector<history_store::Row>& rows,
                            history_store::HistoryStore& store) {
  if (selection.branch) return *selection.branch;
  if (rows.empty()) return "";
  const auto newest = store.document(rows.front().id);
  const auto named = newest ? (*newest)["default_branch"].as_string() : std::string();
  return history::default_branch(
      named, rows, [](const auto& row) -> const auto& { return row.branch; });
}

std::string changes_table(const std::vector<insight::SeriesChange>& changes, const platform::Terminal& terminal) {
  const std::vector<TextColumn> columns{
      {"SINCE"}, {"JOB", Align::left, true}, {"LEVEL"}, {"RUNS", Align::right}, {"COMMIT"}, {"BEFORE"}, {"RUN"}};
  std::vector<std::vector<TextCell>> lines;
  for (const auto& change : changes) {
    const bool worse = change.after > change.before;
    lines.push_back({day_of(change.first.started_at), change.stratum,
                     TextCell(insight::effect_text(change), worse ? Colour::bad : Colour::good),
                     fmt::format("{} + {}", change.runs_before, change.runs_after),
                     change.first.commit_sha.substr(0, kShortCommit),
                     change.last_before.commit_sha.substr(0, kShortCommit),
                     change.first.run_id.empty() ? change.first.id : change.first.run_id});
  }
  return report::text_table(columns, lines, terminal);
}

base::Result<int> changes(const CommandLine& line, const platform::Platform& platform,
                          history_store::HistoryStore& store) {
  const auto selection = selection_of(line.history.filters, platform.clock.now(), kChangeRuns);
  if (!selection) return base::fail(selection.error());
  const auto rows = store.rows(*selection);
  if (!rows) return base::fail(rows.error());
  const auto branch = baseline_branch(*selection, *rows, store);
  const auto found = insight::series_changes(*rows, line.history.metric, branch);
  if (line.json) {
    Json array = Json::array();
    for (const auto& change : found) array.push(insight::to_json(change));
    Json document = Json::object().set("store", store.name()).set("metric", line.history.metric);
    document.set("branch", branch).set("runs", static_cast<std::int64_t>(rows->size()));
    std::printf("%s\n", document.set("changes", std::move(array)).pretty().c_str());
    return optimize::kDone;
  }
  if (found.empty()) {
    platform.log.info(fmt::format("{}: no change in {} runs{}", line.history.metric, rows->size(),
                                  branch.empty() ? "" : fmt::format(", of which those of {} count", branch)));
    return optimize::kDone;
  }
  const auto terminal = platform::terminal_of(platform.environment, STDOUT_FILENO, line.style);
  std::fputs(changes_table(found, terminal).c_str(), stdout);
  return optimize::kDone;
}

Colour colour_of(statistics::FlakyState state) {
  if (state == statistics::FlakyState::flaky) return Colour::bad;
  return state == statistics::FlakyState::cleared ? Colour::warning : Colour::faint;
}

std::string percent(double part) {
  return fmt::format("{:.1f} %", 100 * part);
}

std::string flaky_table(const std::vector<insight::FlakyJob>& jobs, const platform::Terminal& terminal) {
  const std::vector<TextColumn> columns{{"STATE"},
                                        {"JOB", Align::left, true},
                                        {"SCORE", Align::right},
                                        {"95 % INTERVAL", Align::right},
                                        {"BY CHANCE", Align::right},
                                        {"RUNS", Align::right},
                                        {"LAST", Align::left, true}};
  std::vector<std::vector<TextCell>> lines;
  for (const auto& job : jobs) {
    const auto& seen = job.flakiness;
    lines.push_back({TextCell(std::string(insight::word(seen.state)), colour_of(seen.state)),
                     insight::label(job.series), percent(seen.score),
                     fmt::format("{} to {}", percent(seen.low), percent(seen.high)),
                     std::to_string(seen.chance_failures), std::to_string(seen.trials),
                     job.chance_failures.empty() ? "" : insight::in_words(job.chance_failures.front())});
  }
  return report::text_table(columns, lines, terminal);
}

base::Result<int> flaky(const CommandLine& line, const platform::Platform& platform,
                        history_store::HistoryStore& store) {
  const auto now = platform.clock.now();
  const auto selection = selection_of(line.history.filters, now, 0);
  if (!selection) return base::fail(selection.error());
  const auto jobs = insight::flaky_jobs(store, *selection, now);
  if (!jobs) return base::fail(jobs.error());
  if (line.json) {
    Json array = Json::array();
    for (const auto& job : *jobs) array.push(insight::to_json(job));
    Json document = Json::object().set("store", store.name()).set("days", insight::kFlakyDays);
    std::printf("%s\n", document.set("jobs", std::move(array)).pretty().c_str());
    return optimize::kDone;
  }
  if (jobs->empty()) {
    platform.log.info(fmt::format("no job both passed and failed on one commit in {} days", insight::kFlakyDays));
    return optimize::kDone;
  }
  const auto terminal = platform::terminal_of(platform.environment, STDOUT_FILENO, line.style);
  std::fputs(flaky_table(*jobs, terminal).c_str(), stdout);
  return optimize::kDone;
}

}  // namespace

base::Result<int> run_history_insight(const CommandLine& line, const platform::Platform& platform) {
  const auto store = history_store_of(line, platform);
  if (!store) return base::fail(store.error());
  return line.command == CommandName::history_changes ? changes(line, platform, **store)
                                                      : flaky(line, platform, **store);
}

}  // namespace ci::cli
