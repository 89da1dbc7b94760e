#pragma once
// The key `caches` of the configuration: what to keep from one job to the next.
#include <vector>

#include "cache/paths_key.hpp"
#include "optimize/configuration_keys.hpp"

namespace ci::optimize {

// Reads a list of maps with name, paths, key-files, restore-keys and save. What is wrong goes to `faults`.
std::vector<cache::CacheSpec> read_cache_entries(const base::YamlNode& node, Faults& faults);

// The JSON Schema of that list.
base::Json cache_entries_schema();

}  // namespace ci::optimize
