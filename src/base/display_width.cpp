#include "base/display_width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ci::base {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Blocks rather than single characters: a table that is off by one column beside a rare mark is still readable.
constexpr std::array kNone = std::to_array<Range>(
    {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},  {0x0610, 0x061A}, {0x064B, 0x065F}, {0x06D6, 0x06DC},
     {0x0900, 0x0902}, {0x093C, 0x093C}, {0x0941, 0x0948},  {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},
     {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x202A, 0x202E},  {0x2060, 0x206F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
     {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF}});
constexpr std::array kWide = std::to_array<Range>(
    {{0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},  {0x2614, 0x2615},   {0x26A1, 0x26A1},
     {0x2705, 0x2705},   {0x274C, 0x274C},   {0x2E80, 0x303E},  {0x3041, 0x33FF},   {0x3400, 0x4DBF},
     {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},  {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
     {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF},
     {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}});

template <std::size_t N>
bool contains(const std::array<Range, N>& ranges, char32_t character) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return character >= range.first && character <= range.last; });
}

struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC0 || bytes > text.size()) return {};
  char32_t character = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) character = (character << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  if (contains(kNone, character)) return {bytes, 0};
  return {bytes, contains(kWide, character) ? std::size_t{2} : std::size_t{1}};
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const auto character = first_character(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const auto character = first_character(text.substr(bytes));
    if (used + character.columns > columns - 1) break;
    used += character.columns;
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

std::string fit_to_width(std::string_view text, std::size_t columns, Align align) {
  const std::string cut = cut_to_width(text, columns);
  const std::string blanks(columns - std::min(columns, display_width(cut)), ' ');
  return align == Align::right ? blanks + cut : cut + blanks;
}

}  // namespace ci::base
