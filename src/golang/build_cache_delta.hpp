#pragma once
// What of a job's use of the build cache a full entry does not have, and whether that is worth an entry of its own.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cache/full_entry.hpp"
#include "golang/build_cache.hpp"

namespace ci::golang {

// Below so many bytes of use a whole entry is one small transfer, and a delta would only be a second one.
inline constexpr std::uint64_t kLeastForDelta = std::uint64_t{16} << 20;

struct BuildCacheDelta {
  std::vector<std::string> paths;  // relative to the cache's folder
  std::uint64_t bytes = 0;         // of them
};

// Returns those files of `use` whose contents `base` does not have; an outcome HASH-d has the contents that its name
// says, as an action HASH-a has its own hash among its contents. An outcome that is a folder, and the fuzzing corpus,
// are always among them. Error: io, permission.
base::Result<BuildCacheDelta> delta_over(const std::filesystem::path& folder, const BuildCacheUse& use,
                                         const cache::FullEntry& base);

// Whether a delta is saved rather than a whole entry: it is at most half as large, and what a restore then transfers is
// at most five quarters of what is used. So a base of which too much is out of date is replaced.
bool is_worth_it(const BuildCacheDelta& delta, const BuildCacheUse& use, const cache::FullEntry& base);

}  // namespace ci::golang
