// Records of anybody: what is taken for one says the same once it is written and read again, makes a row for every
// store, and no text of it leaves its place in a report.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "history/record_reader.hpp"
#include "history_store/row.hpp"
#include "history_store/s3_object.hpp"
#include "report/gantt.hpp"
#include "report/html_page.hpp"
#include "report/markdown.hpp"
#include "report/summary.hpp"

namespace {

using namespace ci;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_one_safe_line(std::string_view text) {
  return text.find_first_of("\n\r<>|[]`*") == std::string_view::npos;
}

void require_rows(const base::Json& document) {
  const auto row = history_store::row_of(document);
  if (!row) return;
  const auto text = history_store::s3_object_text(document, *row);
  const auto again = history_store::row_in_s3_object(text);
  require(again && again->id == row->id && again->run_id == row->run_id && again->started_at == row->started_at);
  require(history_store::document_in_s3_object(text).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  require(is_one_safe_line(report::escaped(text)));
  const auto record = history::parse_record(text);
  if (!record) return 0;
  const auto document = history::to_json(*record);
  const auto again = history::parse_record(document.compact());
  require(again && history::to_json(*again).compact() == document.compact());
  require_rows(document);
  const auto summary = report::summary(*record, nullptr, 20'000);
  require(summary.size() <= 20'000 && summary.find("<script") == std::string::npos);
  (void)report::gantt(record->spans);
  const auto page = report::html_page({*record});
  require(page.find("<script") == std::string::npos);
  return 0;
}
