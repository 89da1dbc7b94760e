#pragma once
// What somebody is looking at: a terminal of some width, or a file.
#include <cstddef>
#include <string>
#include <string_view>

#include "platform/environment.hpp"

namespace ci::platform {

enum class Style {
  automatic,  // colours on a terminal, unless NO_COLOR is set or TERM is "dumb"
  coloured,
  plain,
};

// Told apart by people with any colour vision: bold besides colour, and a word or sign besides both.
enum class Colour { bold, faint, good, warning, bad };

struct Terminal {
  bool interactive = false;  // a terminal that can move its cursor: progress may be drawn
  bool colours = false;
  std::size_t columns = 0;  // 0 = unbounded, as in a file

  // Returns `text` in that colour, or as it is where there are no colours.
  [[nodiscard]] std::string coloured(Colour colour, std::string_view text) const;
};

// Returns what `descriptor` is. The width is the terminal's; a file has none.
Terminal terminal_of(const Environment& environment, int descriptor, Style style);

}  // namespace ci::platform
