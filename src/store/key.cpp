#include "store/key.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::store {
namespace {

bool is_control(unsigned char byte) {
  return byte < 0x20 || byte == 0x7F;
}

// The length of valid UTF-8 text in UTF-16 code units: one for each character, two for those beyond U+FFFF.
std::size_t utf16_units(std::string_view text) {
  std::size_t units = 0;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

}  // namespace

base::Result<void> check_key(std::string_view key) {
  const auto refused = [](std::string_view why) {
    return base::fail(base::ErrorKind::usage, fmt::format("not a cache key: {}", why));
  };
  if (key.empty()) return refused("it is empty");
  if (std::any_of(key.begin(), key.end(), is_control)) return refused("it has a control character");
  if (base::valid_utf8(key) != key) return refused("it is not UTF-8 text");
  if (key.find(',') != std::string_view::npos) return refused(fmt::format("\"{}\" has a comma", key));
  if (const auto units = utf16_units(key); units > kLongestKey) {
    return refused(fmt::format("it has {} characters, and {} is the most", units, kLongestKey));
  }
  return {};
}

}  // namespace ci::store
