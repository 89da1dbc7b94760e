#include "cli/asked_record.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace ci::cli {
namespace {

using base::ErrorKind;
using base::fail;
using history_store::HistoryStore;
using history_store::Row;
using history_store::Selection;

// The selected record with the whole id, if there is one.
std::optional<Row> exactly(HistoryStore& store, const std::string& id, const Selection& selection) {
  const auto document = store.document(id);
  if (!document) return std::nullopt;
  auto row = history_store::row_of(*document);
  if (!row || row->id != id || !selects(selection, *row)) return std::nullopt;
  return std::move(*row);
}

using Rows = base::Result<std::vector<Row>>;

Rows rows_of_run(HistoryStore& store, const std::string& run, Selection selection) {
  if (selection.run_id && *selection.run_id != run) return {};
  selection.run_id = run;
  selection.limit = 1;
  return store.rows(selection);
}

Rows rows_of_record(HistoryStore& store, const std::string& id, Selection selection) {
  selection.id_prefix = id;
  selection.limit = 2;
  auto rows = store.rows(selection);
  if (!rows || rows->size() < 2) return rows;
  // The whole of one id may be the beginning of others.
  if (auto row = exactly(store, id, selection)) return std::vector{std::move(*row)};
  return fail(ErrorKind::usage,
              fmt::format("several records begin with {}: {}, {}", id, rows->front().id, rows->back().id));
}

Rows rows_named(HistoryStore& store, const std::string& asked, MayName may_name, Selection selection) {
  if (asked == kLatest) {
    selection.limit = 1;
    return store.rows(selection);
  }
  if (may_name == MayName::run_or_record) {
    auto rows = rows_of_run(store, asked, selection);
    if (!rows || !rows->empty()) return rows;
  }
  return rows_of_record(store, asked, std::move(selection));
}

}  // namespace

base::Result<Row> asked_record(HistoryStore& store, const std::string& asked, MayName may_name, Selection selection) {
  selection.id_prefix.clear();
  auto rows = rows_named(store, asked, may_name, std::move(selection));
  if (!rows) return fail(rows.error());
  if (!rows->empty()) return std::move(rows->front());
  if (asked == kLatest) return fail(ErrorKind::data, store.name() + " has no record");
  const char* const what = may_name == MayName::run_or_record ? "run or record" : "record";
  return fail(ErrorKind::data, fmt::format("{} has no {} {}", store.name(), what, asked));
}

}  // namespace ci::cli
