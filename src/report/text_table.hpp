#pragma once
// Aligned tables of plain text.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/display_width.hpp"
#include "platform/terminal.hpp"

namespace ci::report {

struct TextColumn {
  std::string heading;
  base::Align align = base::Align::left;
  bool may_shrink = false;  // its texts are cut when the terminal is too narrow for all
};

struct TextCell {
  TextCell(std::string shown) : text(std::move(shown)) {}
  TextCell(const char* shown) : text(shown) {}
  TextCell(std::string shown, platform::Colour tint) : text(std::move(shown)), colour(tint) {}

  std::string text;  // one line; made safe when it is shown
  std::optional<platform::Colour> colour{};
};

// Returns the heading and the rows, two blanks between columns, in `terminal`'s width and colours. Where there is too
// little room, columns that may shrink are cut alike, to no less than eight columns; the rest is the terminal's
// to wrap. A row may have fewer cells than there are columns.
std::string text_table(const std::vector<TextColumn>& columns, const std::vector<std::vector<TextCell>>& rows,
                       const platform::Terminal& terminal);

}  // namespace ci::report
