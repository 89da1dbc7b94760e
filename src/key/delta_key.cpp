#include "key/delta_key.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/digest.hpp"

namespace ci::key {
namespace {

constexpr std::string_view kDelta = "~d";
constexpr std::string_view kRun = "~r";
constexpr std::size_t kDigits = 16;  // of a mark

bool is_digit_of_a_mark(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::string base_mark(std::string_view base_key) {
  return base::hex(base::sha256(without_run(base_key))).substr(0, kDigits);
}

std::string start_of_delta_keys(std::string_view key) {
  return fmt::format("{}{}", key, kDelta);
}

std::string delta_key(std::string_view key, std::string_view base_key) {
  return start_of_delta_keys(key) + base_mark(base_key);
}

std::optional<DeltaKey> read_delta_key(std::string_view key) {
  key = without_run(key);
  if (key.size() < kDelta.size() + kDigits) return std::nullopt;
  const auto mark = key.substr(key.size() - kDigits);
  const auto rest = key.substr(0, key.size() - kDigits);
  if (!rest.ends_with(kDelta) || !std::all_of(mark.begin(), mark.end(), is_digit_of_a_mark)) return std::nullopt;
  return DeltaKey{std::string(rest.substr(0, rest.size() - kDelta.size())), std::string(mark)};
}

std::string_view without_run(std::string_view key) {
  return key.substr(0, key.rfind(kRun));
}

}  // namespace ci::key
