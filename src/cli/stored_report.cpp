#include "cli/stored_report.hpp"

#include <algorithm>
#include <iterator>

#include "cli/asked_record.hpp"
#include "cli/commands.hpp"
#include "cli/history_store_of.hpp"
#include "history/record_reader.hpp"
#include "history_store/stored_records.hpp"

namespace ci::cli {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kOlderRuns = 200;  // that a page draws
constexpr base::Duration kPatience = std::chrono::minutes(1);

}  // namespace

base::Result<StoredReport> stored_report(const CommandLine& line, const platform::Platform& platform) {
  if (line.arguments.size() > 1)
    return fail(ErrorKind::usage, "with --history one run is shown, and its store says what was before");
  const auto store = history_store_of(line, platform);
  if (!store) return fail(store.error());
  const auto row =
      asked_record(**store, line.arguments.empty() ? kLatest : line.arguments.front(), MayName::run_or_record);
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
