#include "report/html_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace ci::report {
namespace {

constexpr std::string_view kCutMark = "\xE2\x80\xA6";

struct Range {
  char32_t first;
  char32_t last;
};

// Directions, joiners and blanks without width, variation selectors of no visible effect, tags.
constexpr std::array kUnseen = {
    Range{0x7F, 0x9F},     Range{0xAD, 0xAD},       Range{0x34F, 0x34F},     Range{0x61C, 0x61C},
    Range{0x115F, 0x1160}, Range{0x17B4, 0x17B5},   Range{0x180B, 0x180F},   Range{0x200B, 0x200F},
    Range{0x2028, 0x202E}, Range{0x2060, 0x206F},   Range{0x3164, 0x3164},   Range{0xFDD0, 0xFDEF},
    Range{0xFEFF, 0xFEFF}, Range{0xFFA0, 0xFFA0},   Range{0xFFF0, 0xFFFB},   Range{0x1BCA0, 0x1BCA3},
    Range{0xE000, 0xF8FF}, Range{0xE0000, 0xE0FFF}, Range{0xF0000, 0x10FFFF}};

bool is_unseen(char32_t c) {
  // The last two of every plane are no characters, and an error in an HTML document (WHATWG HTML, 13.2.3.5).
  if ((c & 0xFFFE) == 0xFFFE) return true;
  return std::any_of(kUnseen.begin(), kUnseen.end(), [&](Range range) { return c >= range.first && c <= range.last; });
}

std::size_t length_of(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

// The code point at the start of valid, non-empty UTF-8.
char32_t decoded(std::string_view text) {
  const std::size_t length = length_of(text.front());
  const auto lead = static_cast<unsigned char>(text.front());
  if (length == 1) return lead;
  char32_t point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return point;
}

// The length of a sequence "ESC [ parameters m" at the start of `text`; 0 when there is none.
std::size_t colour_length(std::string_view text) {
  if (text.substr(0, 2) != "\x1b[") return 0;
  const auto end = text.find_first_not_of("0123456789;:", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

// U+2400 and on are the pictures of U+0000 to U+001F.
std::string picture(char control) {
  std::string shown = "\xE2\x90\x80";
  shown[2] = static_cast<char>(0x80 + control);
  return shown;
}

}  // namespace

std::string visible(std::string_view text, Lines lines) {
  const std::string valid = base::valid_utf8(text);
  std::string shown;
  shown.reserve(valid.size());
  for (std::string_view rest = valid; !rest.empty();) {
    if (const auto skipped = lines == Lines::many ? colour_length(rest) : 0; skipped > 0) {
      rest.remove_prefix(skipped);
      continue;
    }
    const char first = rest.front();
    const std::size_t length = length_of(first);
    if (length == 1 && first >= ' ' && first != '\x7f') {
      shown += first;
    } else if (first == '\t' && length == 1) {
      shown += lines == Lines::many ? '\t' : ' ';
    } else if (lines == Lines::many && first == '\n') {
      shown += '\n';
    } else if (lines == Lines::many && rest.substr(0, 2) == "\r\n") {
      // the line end follows
    } else if (length == 1 && first < ' ') {
      shown += picture(first);
    } else if (const char32_t point = decoded(rest); is_unseen(point)) {
      shown += fmt::format("[U+{:04X}]", static_cast<unsigned>(point));
    } else {
      shown += rest.substr(0, length);
    }
    rest.remove_prefix(length);
  }
  return shown;
}

std::string shortened(std::string_view text, std::size_t characters) {
  // Of an endless text no more is looked at than could be kept.
  const std::string valid = base::valid_utf8(text.substr(0, (characters + 1) * 4));
  std::size_t count = 0, end = 0, kept = 0;
  while (end < valid.size() && count < characters) {
    if (++count == characters) kept = end;
    end += length_of(valid[end]);
  }
  if (end >= valid.size()) return valid;
  return valid.substr(0, kept) + std::string(kCutMark);
}

std::string last_lines(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  const auto from = text.size() - bytes;
  const auto line = text.find('\n', from);
  return std::string(kCutMark) + "\n" + std::string(text.substr(line == std::string_view::npos ? from : line + 1));
}

}  // namespace ci::report
