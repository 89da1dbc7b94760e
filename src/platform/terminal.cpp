#include "platform/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ci::platform {
namespace {

constexpr std::size_t kUsualColumns = 80;

// ECMA-48 SGR. Blue for what is good and orange or red for what is not can be told apart with every kind of colour
// blindness, which green and red cannot.
std::string_view codes(Colour colour) {
  switch (colour) {
    case Colour::bold:
      return "1";
    case Colour::faint:
      return "2";
    case Colour::good:
      return "34;1";
    case Colour::warning:
      return "33;1";
    case Colour::bad:
      return "31;1";
  }
  return "0";
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsualColumns;
  return size.ws_col;
}

}  // namespace

std::string Terminal::coloured(Colour colour, std::string_view text) const {
  return colours ? fmt::format("\x1b[{}m{}\x1b[0m", codes(colour), text) : std::string(text);
}

Terminal terminal_of(const Environment& environment, int descriptor, Style style) {
  Terminal terminal;
  const bool is_terminal = ::isatty(descriptor) == 1;
  if (is_terminal) terminal.columns = columns_of(descriptor);
  terminal.interactive = is_terminal && environment.get("TERM") != "dumb";
  terminal.colours = style == Style::coloured ||
                     (style == Style::automatic && terminal.interactive && environment.get("NO_COLOR").empty());
  return terminal;
}

}  // namespace ci::platform
