#include "cli/stored_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/commands.hpp"
#include "cli/history_store_of.hpp"
#include "history/record_reader.hpp"
#include "history_store/stored_records.hpp"

namespace ci::cli {
namespace {

using base::ErrorKind;
using base::fail;
using history_store::HistoryStore;
using history_store::Row;

constexpr std::size_t kOlderRuns = 200;  // that a page draws
constexpr base::Duration kPatience = std::chrono::minutes(1);

base::Result<std::vector<Row>> newest(HistoryStore& store, history_store::Selection selection) {
  selection.limit = 2;
  return store.rows(selection);
}

base::Result<Row> asked_for(HistoryStore& store, const std::string& asked) {
  history_store::Selection selection;
  if (asked != "latest") selection.run_id = asked;
  auto rows = newest(store, selection);
  if (rows && rows->empty() && asked != "latest") {
    selection.run_id.reset();
    selection.id_prefix = asked;
    rows = newest(store, selection);
    if (rows && rows->size() > 1 && rows->front().id != asked) {
      return fail(ErrorKind::usage,
                  fmt::format("several records begin with {}: {}, {}", asked, rows->front().id, rows->back().id));
    }
  }
  if (!rows) return fail(rows.error());
  if (rows->empty()) {
    return fail(ErrorKind::data, asked == "latest" ? store.name() + " has no record"
                                                   : fmt::format("{} has no run or record {}", store.name(), asked));
  }
  return rows->front();
}

}  // namespace

base::Result<StoredReport> stored_report(const CommandLine& line, const platform::Platform& platform) {
  if (line.arguments.size() > 1)
    return fail(ErrorKind::usage, "with --history one run is shown, and its store says what was before");
  const auto store = history_store_of(line, platform);
  if (!store) return fail(store.error());
  const auto row = asked_for(**store, line.arguments.empty() ? "latest" : line.arguments.front());
  if (!row) return fail(row.error());
  const auto document = (*store)->document(row->id);
  if (!document) return fail(document.error());
  auto record = history::read_record(*document);
  if (!record) return fail(record.error().within("the record " + row->id));
  StoredReport report;
  auto seen = insight::look_back(**store, *record);
  if (seen) {
    report.insight = std::move(*seen);
  } else {
    platform.log.warning("no comparison with earlier runs: " + seen.error().message);
  }
  report.records.push_back(std::move(*record));
  if (line.command != CommandName::report_html) return report;
  auto older = history_store::runs_of(series_of(*row));
  older.until = row->started_at;
  older.limit = kOlderRuns;
  auto records = history_store::stored_records(**store, older, platform, platform.clock.monotonic() + kPatience);
  if (!records) {
    platform.log.warning("without the earlier runs: " + records.error().message);
    return report;
  }
  std::move(records->begin(), records->end(), std::back_inserter(report.records));
  return report;
}

}  // namespace ci::cli
