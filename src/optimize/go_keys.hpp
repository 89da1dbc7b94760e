#pragma once
// The keys below `go` of the configuration (docs/GO.md).
#include <vector>

#include "optimize/configuration_keys.hpp"

namespace ci::optimize {

std::vector<ConfigurationKey> go_keys();

}  // namespace ci::optimize
