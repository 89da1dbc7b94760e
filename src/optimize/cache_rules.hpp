#pragma once
// Ready rules for the caches of common tools: `caches: [{ use: npm }]`.
#include <string_view>
#include <vector>

#include "cache/paths_key.hpp"

namespace ci::optimize {

// Each has a name, paths (those of the tools' own documentation for Linux) and key files (their lock files).
const std::vector<cache::CacheSpec>& cache_rules();

// Returns the rule `name`, or nullptr.
const cache::CacheSpec* find_cache_rule(std::string_view name);

}  // namespace ci::optimize
