#pragma once
// The entry of a store that is nearest to a key, and what its own key was made of.
#include <optional>
#include <string>

#include "base/result.hpp"
#include "key/key.hpp"
#include "store/store.hpp"

namespace ci::key {

struct NearestEntry {
  store::Entry entry;
  std::optional<Parts> parts;  // nothing when its archive does not say
  std::string why_not;         // then: why
};

// Returns the entry that has the key, else a delta of it, else the newest by the first of its restore keys and
// relatives that finds one; nothing when none does. Only the beginning of the archive is read. Error: the store's.
base::Result<std::optional<NearestEntry>> find_nearest(store::Store& store, const Key& key);

}  // namespace ci::key
