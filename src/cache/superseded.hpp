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
// series of its own, and no entry takes its place. A delta (key/delta_key.hpp) is of the series of the key that it
// serves.
std::optional<std::string> series_of(std::string_view key);

// What the keys of all our own purposes begin with (docs/KEYS.md).
inline constexpr const char* kOurKeys = "ci-optimizer";

struct PruneRule {
  std::size_t keep = 1;                        // so many of the newest of each series and scope stay
  std::optional<base::Duration> older_than{};  // what is younger stays
};

// Returns those of `entries`, of which the newest come first, that the rule lets go. The base of a delta that stays
// stays too; so does that of any delta of `others`, which may be all that there are, when `entries` are but some.
std::vector<store::Entry> superseded(const std::vector<store::Entry>& entries, const PruneRule& rule,
                                     base::TimePoint now, const std::vector<store::Entry>& others = {});

}  // namespace ci::cache
