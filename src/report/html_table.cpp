#include "report/html_table.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::report {

void begin_table(HtmlWriter& page, std::string_view caption, const std::vector<Column>& columns) {
  // Who uses a keyboard scrolls a wide table once it has the focus.
  page.open("div", {{"class", "scroll"}, {"role", "region"}, {"aria-label", std::string(caption)}, {"tabindex", "0"}});
  page.open("table", {{"style", fmt::format("--values: {}", columns.size() - 1)}}).element("caption", caption);
  page.open("thead");
  begin_row(page);
  for (const auto& [heading, kind] : columns) {
    const std::string side = kind == Column::Kind::number ? "number" : "text";
    page.element("th", heading, {{"scope", "col"}, {"class", side}});
  }
  page.close().close().open("tbody");
}

void end_table(HtmlWriter& page) {
  page.close().close().close();
}

void begin_row(HtmlWriter& page) {
  page.open("tr");
}

void begin_name(HtmlWriter& page) {
  page.open("th", {{"scope", "row"}});
}

void begin_cell(HtmlWriter& page, std::string_view look) {
  page.open("td", {{"class", std::string(look)}});
}

void write_number(HtmlWriter& page, std::string_view text) {
  begin_cell(page, "number");
  page.text(text).close();
}

void write_time(HtmlWriter& page, base::TimePoint time, Precision precision) {
  const auto exact = base::to_rfc3339(time);
  const std::size_t of_day = precision == Precision::minute ? 5 : 8;
  const std::string shown =
      precision == Precision::day ? exact.substr(0, 10) : exact.substr(0, 10) + " " + exact.substr(11, of_day);
  page.element("time", shown, {{"datetime", exact.substr(0, 23) + "Z"}});
}

void write_left_out(HtmlWriter& page, std::size_t shown, std::size_t all, std::string_view things) {
  if (shown >= all) return;
  page.element("p", fmt::format("{} more {} are in the record and not shown here.", all - shown, things),
               {{"class", "note"}});
}

std::string seconds_or_empty(double seconds) {
  return seconds > 0 ? base::human_seconds(seconds) : "";
}

std::string bytes_or_empty(std::int64_t bytes) {
  return bytes > 0 ? base::human_bytes(bytes) : "";
}

std::string counted(std::size_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace ci::report
