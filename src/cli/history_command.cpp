#include <fmt/format.h>

#include <cstdio>

#include "cli/asked_record.hpp"
#include "cli/commands.hpp"
#include "cli/history_store_of.hpp"
#include "cli/history_table.hpp"
#include "history/record_reader.hpp"
#include "history_store/document_file.hpp"
#include "history_store/row_export.hpp"
#include "insight/insight.hpp"
#include "optimize/exit_code.hpp"
#include "report/terminal_report.hpp"

namespace ci::cli {
namespace {

using base::ErrorKind;
using base::fail;
using base::Json;
using history_store::HistoryStore;

constexpr std::size_t kListed = 20;
constexpr std::size_t kAtOnce = 200;  // records that are put together

void print(const Json& document) {
  std::printf("%s\n", document.pretty().c_str());
}

Json count_json(std::size_t count) {
  return Json(static_cast<std::int64_t>(count));
}

base::Result<int> list(const CommandLine& line, const platform::Platform& platform, HistoryStore& store) {
  const auto selection = selection_of(line.history.filters, platform.clock.now(), kListed);
  if (!selection) return fail(selection.error());
  const auto terminal = platform::terminal_of(platform.environment, STDOUT_FILENO, line.style);
  Json document = Json::object().set("store", store.name());
  if (line.history.days) {
    const auto days = store.days(*selection);
    if (!days) return fail(days.error());
    Json array = Json::array();
    for (const auto& day : *days) array.push(to_json(day));
    if (line.json) print(document.set("days", std::move(array)));
    if (!line.json && !days->empty()) std::fputs(days_table(*days, terminal).c_str(), stdout);
    return optimize::kDone;
  }
  const auto rows = store.rows(*selection);
  if (!rows) return fail(rows.error());
  Json array = Json::array();
  for (const auto& row : *rows) array.push(to_json(row));
  if (line.json) {
    print(document.set("runs", std::move(array)));
  } else if (rows->empty()) {
    platform.log.info(store.name() + " has no such run");
  } else {
    std::fputs(runs_table(*rows, terminal).c_str(), stdout);
  }
  return optimize::kDone;
}

base::Result<int> show(const CommandLine& line, const platform::Platform& platform, HistoryStore& store) {
  const auto selection = selection_of(line.history.filters, platform.clock.now(), 0);
  if (!selection) return fail(selection.error());
  const auto row = asked_record(store, line.arguments.front(), MayName::record, *selection);
  if (!row) return fail(row.error());
  const auto document = store.document(row->id);
  if (!document) return fail(document.error());
  if (line.json) {
    print(*document);
    return optimize::kDone;
  }
  const auto record = history::read_record(*document);
  if (!record) return fail(record.error());
  const auto seen = insight::look_back(store, *record);  // without it the report says less
  const auto terminal = platform::terminal_of(platform.environment, STDOUT_FILENO, line.style);
  std::fputs(report::terminal_report(*record, seen ? &*seen : nullptr, terminal).c_str(), stdout);
  return optimize::kDone;
}

base::Result<int> prune(const CommandLine& line, const platform::Platform& platform, HistoryStore& store) {
  const auto configuration = gather_configuration(line, platform);
  if (!configuration) return fail(configuration.error());
  history::Retention retention;
  retention.days = line.history.keep_days.value_or(configuration->keep_days.value_or(retention.days));
  retention.runs = line.history.keep_runs.value_or(configuration->keep_runs.value_or(retention.runs));
  const auto now = platform.clock.now();
  const auto count = line.dry_run ? count_prunable(store, now, retention) : store.prune(now, retention);
  if (!count) return fail(count.error());
  if (line.json) {
    print(Json::object().set("dry_run", line.dry_run).set("removed", count_json(*count)));
  } else {
    std::printf("%s %zu records\n", line.dry_run ? "would roll up and remove" : "rolled up and removed", *count);
  }
  return optimize::kDone;
}

// What is no record is told and left out; the exit code says so.
base::Result<int> import(const CommandLine& line, const platform::Platform& platform, HistoryStore& store) {
  std::size_t taken = 0;
  std::size_t refused = 0;
  std::vector<Json> batch;
  const auto put_batch = [&] { return store.put_all(std::exchange(batch, {})); };
  for (const auto& file : line.arguments) {
    const auto read = history_store::for_each_document(file, [&](const Json& document) -> base::Result<void> {
      if (platform.cancellation.signal() != 0) return fail(ErrorKind::cancelled, "interrupted");
      const auto row = history_store::row_of(document);
      if (!row) platform.log.warning(fmt::format("{}: {}", file, row.error().message));
      ++(row ? taken : refused);
      if (!row || line.dry_run) return {};
      batch.push_back(document);
      return batch.size() < kAtOnce ? base::Result<void>() : put_batch();
    });
    if (!read) return fail(read.error());
    if (auto put = put_batch(); !put) return fail(put.error());
  }
  if (line.json) {
    print(Json::object()
              .set("dry_run", line.dry_run)
              .set("imported", count_json(taken))
              .set("refused", count_json(refused)));
  } else {
    std::printf("%s %zu records\n", line.dry_run ? "would import" : "imported", taken);
  }
  return refused == 0 ? optimize::kDone : optimize::exit_code(ErrorKind::data, 0);
}

}  // namespace

base::Result<int> run_history(const CommandLine& line, const platform::Platform& platform) {
  const auto store = history_store_of(line, platform);
  if (!store) return fail(store.error());
  switch (line.command) {
    case CommandName::history_list:
      return list(line, platform, **store);
    case CommandName::history_show:
      return show(line, platform, **store);
    case CommandName::history_import:
      return import(line, platform, **store);
    default:
      return prune(line, platform, **store);
  }
}

}  // namespace ci::cli
