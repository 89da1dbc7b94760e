#include "history_store/stored_records.hpp"

#include <fmt/format.h>

#include "history/record_reader.hpp"

namespace ci::history_store {

base::Result<std::vector<history::Record>> stored_records(HistoryStore& store, const Selection& selection,
                                                          const platform::Platform& platform, platform::Monotonic end) {
  const auto rows = store.rows(selection);
  if (!rows) return base::fail(rows.error());
  std::vector<history::Record> records;
  std::size_t left_out = 0;
  std::string why;
  for (const auto& row : *rows) {
    if (platform.clock.monotonic() >= end) {
      return base::fail(
          base::ErrorKind::timeout,
          fmt::format("{}: {} of {} records were read in time", store.name(), records.size(), rows->size()),
          "select fewer with --since, or give more time with --deadline");
    }
    const auto document = store.document(row.id);
    auto record =
        document ? history::read_record(*document) : base::Result<history::Record>(base::fail(document.error()));
    if (record) {
      records.push_back(std::move(*record));
    } else if (++left_out == 1) {
      why = record.error().message;
    }
  }
  if (left_out > 0)
    platform.log.warning(fmt::format("{}: {} records are left out; the first: {}", store.name(), left_out, why));
  return records;
}

}  // namespace ci::history_store
