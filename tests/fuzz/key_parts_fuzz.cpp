// The parts that an archive's label carries: what is read of any text can be written and read again, within its bound.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.hpp"
#include "key/difference.hpp"
#include "key/parts.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ci;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto parts = key::parts_of_label(input);
  if (!parts) return 0;
  const auto json = key::to_json(*parts);
  const auto text = json.compact();
  require(text.size() <= key::kLongestParts);
  const auto again = key::decode_parts(base::parse_json(text).value());
  require(again.has_value() && *again == *parts);
  require(key::differences(*parts, *again).empty());
  // Against others: half of them, and folders.
  auto others = *parts;
  others.parts.resize(others.parts.size() / 2);
  for (auto& part : others.parts) part = key::folded(part, 2);
  for (auto& part : others.parts) part.value += "x";
  for (const auto& one : key::differences(others, *parts)) require(!one.text().empty());
  for (const auto& one : key::differences(*parts, others)) (void)key::to_json(one);
  return 0;
}
