#include "platform/foreign_text.hpp"

#include "base/text.hpp"

namespace ci::platform {
namespace {

bool is_control(char c) {
  return (c >= 0 && c < ' ') || c == '\x7f';
}

// Removes a control sequence "ESC [ parameters final" (ECMA-48, 5.4) at the start of `text`; false when there is none.
bool skip_control_sequence(std::string_view& text) {
  if (text.substr(0, 2) != "\x1b[") return false;
  text.remove_prefix(2);
  while (!text.empty() && text.front() >= ' ' && text.front() <= '?') text.remove_prefix(1);
  if (!text.empty() && text.front() >= '@' && text.front() <= '~') text.remove_prefix(1);
  return true;
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    if (skip_control_sequence(text)) continue;
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\r' || c == '\n') {
      shown += ' ';  // the runner would begin a new line, and look for a command, at either
    } else if (c == '\t' || !is_control(c)) {
      shown += c;
    }
  }
  return base::valid_utf8(shown);
}

// The runner trims every white space of Unicode before it looks for "::", so that any prefix without a visible ASCII
// character counts as none.
bool begins_with_command(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.substr(i, 2) == "::") return true;
    if (line[i] > ' ') return false;
  }
  return false;
}

}  // namespace

std::string disarmed_line(std::string_view text) {
  const std::string line = base::replace_all(printable(text), "##[", "## [");
  return begins_with_command(line) ? "| " + line : line;
}

}  // namespace ci::platform
