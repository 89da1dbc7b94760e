#pragma once
// Room in a store that others share, and evict from (GitHub: 10 GB a repository, the least recently used go first).
#include <string>

#include "platform/platform.hpp"
#include "store/store.hpp"

namespace ci::optimize {

// Where the store is nearly full, removes those of the entries whose keys begin with `series` that newer ones have
// taken the place of, before the service evicts what others need; but for the base of the delta that `coming` may be
// the key of. Without the permission it does nothing.
void make_room(store::Store& store, const std::string& series, const std::string& coming,
               const platform::Platform& platform);

// Warns where the store is nearly full: how much of it is ours, and what `cache prune` would remove.
void warn_of_room(store::Store& store, const platform::Platform& platform);

}  // namespace ci::optimize
