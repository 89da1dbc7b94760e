#pragma once
// The key apt.sources of the configuration: deb822 entries.
#include <vector>

#include "apt/configured_sources.hpp"
#include "optimize/configuration_keys.hpp"

namespace ci::optimize {

// Reads a list of maps with uris, suites, components, architectures and signed-by. What is wrong goes to `faults`.
std::vector<apt::SourceEntry> read_source_entries(const base::YamlNode& node, Faults& faults);

// The JSON Schema of that list.
base::Json source_entries_schema();

}  // namespace ci::optimize
