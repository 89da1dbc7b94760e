#pragma once
// Base64 (RFC 4648).
#include <optional>
#include <string>
#include <string_view>

namespace ci::base {

// Returns `bytes` in the standard alphabet, padded.
std::string base64(std::string_view bytes);

// Returns the bytes that `text` stands for, in the standard alphabet or the one for URLs, padded or not; nothing when
// it is neither.
std::optional<std::string> parse_base64(std::string_view text);

}  // namespace ci::base
