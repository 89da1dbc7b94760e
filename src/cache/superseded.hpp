#pragma once
// Which entries newer ones have taken the place of.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "store/store.hpp"

namespace ci::cache {

// Returns what the keys of one series begin with: the key up to a last part that is a hash, a number or a time
// ("assets-linux-x64-5f1c…" -> "assets-linux-x64-"). Nothing when the last part says something else: such a key is a
// series of its own, and no entry takes its place.
std::optional<std::string> series_of(std::string_view key);

struct PruneRule {
  std::size_t keep = 1;                        // so many of the newest of each series and scope stay
  std::optional<base::Duration> older_than{};  // what is younger stays
};

// Returns those of `entries`, of which the newest come first, that the rule lets go.
std::vector<store::Entry> superseded(const std::vector<store::Entry>& entries, const PruneRule& rule,
                                     base::TimePoint now);

}  // namespace ci::cache
