#include "store/content_range.hpp"

#include "base/text.hpp"

namespace ci::store {
namespace {

std::optional<std::uint64_t> parse_length(std::string_view text) {
  const auto number = base::parse_integer(text);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

// What follows "bytes ".
std::optional<std::string_view> in_bytes(std::string_view text) {
  text = base::trim(text);
  if (base::lower(text.substr(0, 6)) != "bytes ") return std::nullopt;
  return base::trim(text.substr(6));
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view text) {
  const auto range = in_bytes(text);
  if (!range) return std::nullopt;
  const auto dash = range->find('-');
  const auto slash = range->find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return std::nullopt;
  const auto first = parse_length(range->substr(0, dash));
  const auto last = parse_length(range->substr(dash + 1, slash - dash - 1));
  const std::string_view after = range->substr(slash + 1);
  const auto total = parse_length(after);
  if (!first || !last || *first > *last || (!total && after != "*") || (total && *last >= *total)) return std::nullopt;
  return ContentRange{*first, *last, total};
}

std::optional<std::uint64_t> parse_unsatisfied_range(std::string_view text) {
  const auto range = in_bytes(text);
  if (!range || !range->starts_with("*/")) return std::nullopt;
  return parse_length(range->substr(2));
}

}  // namespace ci::store
