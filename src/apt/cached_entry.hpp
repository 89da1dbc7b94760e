#pragma once
// Keys of entries that differ in their time, and the newest of them.
#include <memory>
#include <optional>
#include <string>

#include "apt/settings.hpp"

namespace ci::apt {

// Returns "20261121T083000.123456" for a key: keys sort as their times do.
std::string time_for_key(base::TimePoint time);

struct CachedEntry {
  store::Entry entry;
  std::string too_old;  // "" or that it is older than max-age, and how old
};

// Returns the newest entry of the cache whose key begins with `prefix`; nothing when there is none. Error: the store's.
base::Result<std::optional<CachedEntry>> find_newest(const Cache& cache, const std::string& key,
                                                     const std::string& prefix, base::TimePoint now);

}  // namespace ci::apt
