#pragma once
// The keys of cache entries.
#include <cstddef>
#include <string_view>

#include "base/result.hpp"

namespace ci::store {

// In UTF-16 code units, as the Actions cache service counts (actions/cache, "Key length").
inline constexpr std::size_t kLongestKey = 512;

// Succeeds when every store can keep an entry under `key`: 1 to 512 characters of UTF-8 text without comma and without
// control characters. Error: usage.
base::Result<void> check_key(std::string_view key);

}  // namespace ci::store
