#include "report/text_table.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"

namespace ci::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;

using Widths = std::vector<std::size_t>;

Widths natural_widths(const std::vector<TextColumn>& columns, const std::vector<std::vector<TextCell>>& rows) {
  Widths widths;
  for (const auto& column : columns) widths.push_back(base::display_width(column.heading));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < std::min(row.size(), columns.size()); ++i)
      widths[i] = std::max(widths[i], base::display_width(row[i].text));
  }
  return widths;
}

// Takes from the widest of those that may shrink until all fit.
void shrink(const std::vector<TextColumn>& columns, std::size_t room, Widths& widths) {
  std::size_t taken = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  while (taken > room) {
    std::size_t widest = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].may_shrink || widths[i] <= kNarrowest) continue;
      if (widest == columns.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns.size()) return;
    --widths[widest];
    --taken;
  }
}

std::string line(const std::vector<TextColumn>& columns, const std::vector<TextCell>& cells, const Widths& widths,
                 const platform::Terminal& terminal) {
  std::string text;
  std::string gap;  // blanks at the end of a line would be of no use
  for (std::size_t i = 0; i < std::min(cells.size(), columns.size()); ++i) {
    const std::string fitted = base::fit_to_width(cells[i].text, widths[i], columns[i].align);
    const std::size_t begin = std::min(fitted.find_first_not_of(' '), fitted.size());
    const std::size_t end = fitted.find_last_not_of(' ') + 1;
    if (begin < end) {
      const std::string shown = fitted.substr(begin, end - begin);
      text += gap + fitted.substr(0, begin) + (cells[i].colour ? terminal.coloured(*cells[i].colour, shown) : shown);
      gap = fitted.substr(end);
    } else {
      gap += fitted;
    }
    gap.append(kGap, ' ');
  }
  return text + '\n';
}

}  // namespace

std::string text_table(const std::vector<TextColumn>& columns, const std::vector<std::vector<TextCell>>& rows,
                       const platform::Terminal& terminal) {
  if (columns.empty()) return "";
  std::vector<std::vector<TextCell>> safe = rows;
  for (auto& row : safe) {
    for (auto& cell : row) cell.text = base::replace_all(platform::disarmed_line(cell.text), "\t", " ");
  }
  Widths widths = natural_widths(columns, safe);
  if (terminal.columns > 0) shrink(columns, terminal.columns, widths);
  std::vector<TextCell> headings;
  for (const auto& column : columns) headings.emplace_back(column.heading, platform::Colour::bold);
  std::string text = line(columns, headings, widths, terminal);
  for (const auto& row : safe) text += line(columns, row, widths, terminal);
  return text;
}

}  // namespace ci::report
