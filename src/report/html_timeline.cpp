#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "report/html_sections.hpp"
#include "report/html_table.hpp"
#include "report/timeline.hpp"

namespace ci::report {
namespace {

using Kind = Column::Kind;

// A row of the drawing, in pixels. Widths are percentages, so that the letters keep their size on every screen.
constexpr int kRow = 38;
constexpr int kLabel = 14;  // the line on which the label stands
constexpr int kBar = 20;
constexpr int kThickness = 9;
constexpr std::size_t kLongestLabel = 30;
constexpr std::size_t kMostStretches = 200;  // of one step, in the drawing
constexpr std::size_t kToldSteps = 12;       // in the drawing's description

std::string_view look_of(const std::string& lane) {
  if (lane == "caches") return "bar caches";
  if (lane == "apt") return "bar packages";
  if (lane == "go") return "bar build";
  if (lane == "smoke") return "bar smoke";
  if (lane == "saving") return "bar saving";
  return "bar other";
}

std::string percent(double part, double all) {
  return fmt::format("{:.3f}%", all > 0 ? 100 * part / all : 0);
}

// The steps, and behind them what no step accounts for.
std::vector<Step> rows_of(const Timeline& line) {
  auto rows = line.steps;
  if (!line.elsewhere.empty()) rows.push_back({"", "in no step", line.elsewhere, line.elsewhere_seconds(), 0});
  return rows;
}

std::string description(const std::vector<Step>& rows) {
  std::vector<std::string> told;
  for (std::size_t i = 0; i < std::min(rows.size(), kToldSteps); ++i)
    told.push_back(shortened(rows[i].name, kLongestLabel) + " " + base::human_seconds(rows[i].seconds));
  return base::join(told, ", ") + ". The table below has every step.";
}

void draw_bar(HtmlWriter& page, std::string_view look, const std::string& x, const std::string& width, int y) {
  page.element("rect", "",
               {{"class", std::string(look)},
                {"x", x},
                {"y", fmt::format("{}", y)},
                {"width", width},
                {"height", fmt::format("{}", kThickness)},
                {"rx", "2"}});
}

void draw(HtmlWriter& page, const std::vector<Step>& rows, double all) {
  page.open("svg", {{"class", "timeline"},
                    {"role", "img"},
                    {"aria-labelledby", "timeline-title timeline-desc"},
                    {"width", "100%"},
                    {"height", fmt::format("{}", kRow * static_cast<int>(rows.size()))}});
  page.element("title", "Where the time went", {{"id", "timeline-title"}});
  page.element("desc", description(rows), {{"id", "timeline-desc"}});
  int top = 0;
  for (const auto& row : rows) {
    const auto label = fmt::format("{}", top + kLabel);
    page.element("text", shortened(row.name, kLongestLabel), {{"x", "0"}, {"y", label}});
    page.element("text", base::human_seconds(row.seconds), {{"class", "end"}, {"x", "100%"}, {"y", label}});
    draw_bar(page, "track", "0", "100%", top + kBar);
    const auto look = row.lane.empty() ? "bar elsewhere" : look_of(row.lane);
    for (std::size_t i = 0; i < std::min(row.stretches.size(), kMostStretches); ++i)
      draw_bar(page, look, percent(row.stretches[i].start, all), percent(row.stretches[i].seconds, all), top + kBar);
    top += kRow;
  }
  page.close();
}

// The lanes that the tones stand for.
void write_legend(HtmlWriter& page, const std::vector<Step>& rows) {
  page.open("ul", {{"class", "legend"}});
  std::set<std::string> told;
  for (const auto& row : rows) {
    if (!told.insert(row.lane).second || told.size() > kToldSteps) continue;
    page.open("li").open("svg", {{"class", "swatch"}, {"aria-hidden", "true"}});
    const auto look = row.lane.empty() ? "bar elsewhere" : look_of(row.lane);
    page.element("rect", "", {{"class", std::string(look)}, {"width", "100%"}, {"height", "100%"}, {"rx", "2"}})
        .close();
    page.element("span", row.lane.empty() ? row.name : shortened(row.lane, kLongestLabel)).close();
  }
  page.close();
}

std::string explanation(const Timeline& line, const history::Record& record) {
  std::string note = line.measured
                         ? "Each bar stands where its step ran."
                         : "This record keeps how long each step took, not when it began; they are drawn in the "
                           "order in which a job runs them.";
  if (const double elsewhere = line.elsewhere_seconds(); elsewhere > 0)
    note +=
        fmt::format(" {} of {} belong to no step.", base::human_seconds(elsewhere), base::human_seconds(line.seconds));
  if (line.saved_after)
    note += fmt::format(" Caches were saved after the job's {} were over.", base::human_seconds(record.seconds));
  return note;
}

}  // namespace

void write_timeline(HtmlWriter& page, const history::Record& record) {
  const auto line = timeline(record);
  const auto rows = rows_of(line);
  draw(page, rows, line.seconds);
  page.open("p", {{"class", "ends note"}}).element("span", "0 s");
  page.element("span", base::human_seconds(line.seconds)).close();
  write_legend(page, rows);
  page.element("p", explanation(line, record), {{"class", "note"}});
  page.open("details").element("summary", "The same as a table");
  begin_table(page, "Steps of the job, in their order",
              {{"Step"}, {"Part"}, {"Time", Kind::number}, {"Share", Kind::number}, {"Data", Kind::number}});
  for (const auto& row : rows) {
    begin_row(page);
    begin_name(page);
    page.text(shortened(row.name, kLongestName)).close();
    begin_cell(page);
    page.text(shortened(row.lane, kLongestName)).close();
    write_number(page, base::human_seconds(row.seconds));
    write_number(page, fmt::format("{:.0f} %", line.seconds > 0 ? 100 * row.seconds / line.seconds : 0));
    write_number(page, bytes_or_empty(row.bytes));
    page.close();
  }
  end_table(page);
  page.close();
}

}  // namespace ci::report
