#include "base/utf16.hpp"

#include <algorithm>
#include <cstdint>

namespace ci::base {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// What the first byte of a sequence says of those that follow: how many, and the bounds of the first of them.
struct Lead {
  int following = 0;
  unsigned char least = 0x80;
  unsigned char most = 0xBF;
};

// The lead of a multi-byte sequence; none follow when the byte cannot begin one.
Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {1};
  if (byte == 0xE0) return {2, 0xA0};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {2};
  if (byte == 0xF0) return {3, 0x90};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {3};
  return {};
}

void append(std::u16string& text, char32_t point) {
  if (point < 0x10000) {
    text.push_back(static_cast<char16_t>(point));
    return;
  }
  point -= 0x10000;
  text.push_back(static_cast<char16_t>(0xD800 + (point >> 10)));
  text.push_back(static_cast<char16_t>(0xDC00 + (point & 0x3FF)));
}

void append(std::string& text, char32_t point) {
  const auto tail = [&](int shift) { text.push_back(static_cast<char>(0x80 | ((point >> shift) & 0x3F))); };
  if (point < 0x80) {
    text.push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    text.push_back(static_cast<char>(0xC0 | (point >> 6)));
    tail(0);
  } else if (point < 0x10000) {
    text.push_back(static_cast<char>(0xE0 | (point >> 12)));
    tail(6);
    tail(0);
  } else {
    text.push_back(static_cast<char>(0xF0 | (point >> 18)));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_high(char16_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low(char16_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace

std::u16string to_utf16(std::string_view text) {
  std::u16string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto first = static_cast<unsigned char>(text[at++]);
    if (first < 0x80) {
      result.push_back(first);
      continue;
    }
    Lead lead = lead_of(first);
    char32_t point = lead.following == 0 ? kReplacement : first & (0x3FU >> lead.following);
    for (; lead.following > 0; --lead.following) {
      const auto byte = at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
      if (byte < lead.least || byte > lead.most) {
        point = kReplacement;  // the byte that does not fit begins the next character
        break;
      }
      point = (point << 6) | (byte & 0x3FU);
      lead.least = 0x80;
      lead.most = 0xBF;
      ++at;
    }
    append(result, point);
  }
  return result;
}

std::string to_utf8(std::u16string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char16_t unit = text[at];
    if (is_high(unit) && at + 1 < text.size() && is_low(text[at + 1])) {
      append(result, (char32_t{unit} - 0xD800) * 0x400 + (char32_t{text[++at]} - 0xDC00) + 0x10000);
    } else {
      append(result, is_high(unit) || is_low(unit) ? kReplacement : char32_t{unit});
    }
  }
  return result;
}

bool is_script_space(char16_t unit) {
  return (unit >= 0x09 && unit <= 0x0D) || unit == 0x20 || unit == 0xA0 || unit == 0x1680 ||
         (unit >= 0x2000 && unit <= 0x200A) || is_script_line_end(unit) || unit == 0x202F || unit == 0x205F ||
         unit == 0x3000 || unit == 0xFEFF;
}

bool is_script_line_end(char16_t unit) {
  return unit == u'\n' || unit == u'\r' || unit == 0x2028 || unit == 0x2029;
}

std::u16string_view script_trim(std::u16string_view text) {
  while (!text.empty() && is_script_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_script_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace ci::base
