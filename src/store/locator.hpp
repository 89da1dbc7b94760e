#pragma once
// Which store a text names.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "platform/platform.hpp"
#include "store/store.hpp"
#include "store/time_budget.hpp"

namespace ci::store {

struct StoreLimits {
  // What all entries of a `file:` store may take together; saving one more removes the least recently used. No value
  // means no limit.
  std::optional<std::uint64_t> bytes;
  // What a store behind a network may take.
  TimeBudget time{};
  // Under which version `github:` keeps entries: 64 hexadecimal digits. None: that of this program's own.
  std::optional<std::string> version{};
};

// Returns the store that `url` names: `github:`, the cache service of GitHub Actions; `s3://BUCKET/FOLDER`, objects of
// an S3 service (s3/location.hpp); or `file:FOLDER`, where FOLDER is made when the first entry is saved. `platform`
// must outlive the store. Error: usage.
base::Result<std::unique_ptr<Store>> open_store(const std::string& url, const StoreLimits& limits,
                                                const platform::Platform& platform);

}  // namespace ci::store
