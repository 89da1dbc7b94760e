#pragma once
// The limit of a `file:` store: the least recently used entries go.
#include <cstdint>
#include <filesystem>
#include <optional>

#include "platform/log.hpp"
#include "store/store.hpp"

namespace ci::store {

// Removes from the folder `store` the damaged entries, and, least recently used first, as many others but `saved` as
// it takes for all to have at most `limit` bytes together. What cannot be removed is a warning.
void make_room(const std::filesystem::path& store, std::optional<std::uint64_t> limit, const Entry& saved,
               platform::Log& log);

}  // namespace ci::store
