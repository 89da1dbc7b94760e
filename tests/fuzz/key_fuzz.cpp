// Keys: whatever parts are made of, the key is one that every store takes; and the check of keys takes no other.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "key/key.hpp"
#include "store/key.hpp"

namespace {

using namespace ci;

void require(bool holds) {
  if (!holds) std::abort();
}

// Restates the rule of docs/KEYS.md and of the cache service in another way than the check does.
void check_the_check(std::string_view input) {
  if (!store::check_key(input)) return;
  require(!input.empty() && input.size() <= 4 * store::kLongestKey);
  require(std::none_of(input.begin(), input.end(),
                       [](char letter) { return letter == ',' || letter == '\x7f' || (letter >= 0 && letter < ' '); }));
  require(base::valid_utf8(input) == input);
}

// The input's lines are names, values and the ends of levels.
void make(std::string_view input) {
  key::Recipe recipe{"purpose", {}, {{}}, key::Fallback::by_level};
  constexpr std::size_t kMostNames = 4;
  constexpr std::size_t kMostLevels = 8;
  for (const auto& line : base::split(input, '\n')) {
    if (line.starts_with("=") && recipe.names.size() < kMostNames) {
      recipe.names.push_back(line.substr(1));
    } else if (line.empty() && recipe.levels.size() < kMostLevels) {
      recipe.levels.emplace_back();
    } else {
      const auto half = line.size() / 2;
      recipe.levels.back().push_back({line.substr(0, half), line.substr(half)});
    }
  }
  const auto key = key::make_key(recipe);
  require(key.has_value() && store::check_key(key->text).has_value());
  require(key->restore_keys.size() + 1 == recipe.levels.size());
  std::string_view longer = key->text;
  for (const auto& prefix : key->restore_keys) {
    require(longer.starts_with(prefix) && prefix.size() < longer.size() && prefix.ends_with('-'));
    longer = prefix;
  }
  // One byte more in the last part is another key.
  recipe.levels.back().push_back({"", ""});
  require(key::make_key(recipe)->text != key->text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check_the_check(input);
  make(input);
  const auto shown = key::printable(input);
  require(base::valid_utf8(shown) == shown);
  return 0;
}
