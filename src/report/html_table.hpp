#pragma once
// Tables of the HTML page: with a caption, headings with a scope, and room to scroll within themselves.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "report/html_writer.hpp"

namespace ci::report {

struct Column {
  std::string_view heading;
  enum class Kind { text, number } kind = Kind::text;
};

// Begins a table: rows follow, then end_table(). On a narrow screen the style sheet draws each row over two lines.
void begin_table(HtmlWriter& page, std::string_view caption, const std::vector<Column>& columns);
void end_table(HtmlWriter& page);

// Each begins an element that HtmlWriter::close() ends: a row, the cell that names it, another cell.
void begin_row(HtmlWriter& page);
void begin_name(HtmlWriter& page);
void begin_cell(HtmlWriter& page, std::string_view look = "text");

// A cell that is a number or empty.
void write_number(HtmlWriter& page, std::string_view text);

enum class Precision { day, minute, second };

// The time in UTC, for people and, to the millisecond that HTML allows, for programs.
void write_time(HtmlWriter& page, base::TimePoint time, Precision precision);

// A line behind a table of which only `shown` of `all` rows are there; nothing when all are.
void write_left_out(HtmlWriter& page, std::size_t shown, std::size_t all, std::string_view things);

// Returns "" for nothing: an empty cell says as much.
std::string seconds_or_empty(double seconds);
std::string bytes_or_empty(std::int64_t bytes);

// Returns "1 run", "3 runs".
std::string counted(std::size_t count, std::string_view thing);

}  // namespace ci::report
