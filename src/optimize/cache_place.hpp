#pragma once
// Where caches are kept when nobody says it.
#include <cstdint>
#include <string>

#include "platform/environment.hpp"

namespace ci::optimize {

// Of a `file:` store: as much as GitHub gives a repository.
inline constexpr std::uint64_t kStoreLimit = std::uint64_t{10} << 30;

// Returns "github:" in a step that the Actions cache service gives its token, "" in any other step on GitHub (a folder
// of the runner goes with it), and elsewhere the user's own folder of caches ("" when neither XDG_CACHE_HOME nor HOME
// is set).
std::string default_cache_store(const platform::Environment& environment);

}  // namespace ci::optimize
