#pragma once
// The Content-Range header of answers to ranges (RFC 9110, 14.4).
#include <cstdint>
#include <optional>
#include <string_view>

namespace ci::store {

struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;              // inclusive
  std::optional<std::uint64_t> total;  // nothing for "*"
};

// Returns what "bytes 0-99/1000" says; nothing when it is anything else.
std::optional<ContentRange> parse_content_range(std::string_view text);

// Returns the length that an answer 416 tells, "bytes */1000"; nothing when it tells none.
std::optional<std::uint64_t> parse_unsatisfied_range(std::string_view text);

}  // namespace ci::store
