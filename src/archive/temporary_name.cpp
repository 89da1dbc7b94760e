#include "archive/temporary_name.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"

namespace ci::archive {
namespace {

constexpr char kTemporaryPrefix[] = ".ci-optimizer-";
constexpr std::size_t kRandomBytes = 8;

}  // namespace

TemporaryNames::TemporaryNames() : prefix_(kTemporaryPrefix + base::random_hex(kRandomBytes)) {}

std::string TemporaryNames::next() {
  return fmt::format("{}-{}", prefix_, count_.fetch_add(1));
}

bool is_temporary_name(std::string_view name) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kDigits = "0123456789";
  if (!name.starts_with(kTemporaryPrefix)) return false;
  name.remove_prefix(std::string_view(kTemporaryPrefix).size());
  const std::size_t mark = name.find('-');
  return mark == 2 * kRandomBytes && name.find_first_not_of(kHex) == mark && mark + 1 < name.size() &&
         name.find_first_not_of(kDigits, mark + 1) == std::string_view::npos;
}

}  // namespace ci::archive
