#include "store/folder_limit.hpp"

#include <algorithm>
#include <tuple>

#include "platform/system_error.hpp"
#include "store/folder_layout.hpp"

namespace ci::store {
namespace {

bool is_used_earlier(const StoredEntry& a, const StoredEntry& b) {
  return std::tie(a.used, a.entry.created, a.entry.key) < std::tie(b.used, b.entry.created, b.entry.key);
}

}  // namespace

void make_room(const std::filesystem::path& store, std::optional<std::uint64_t> limit, const Entry& saved,
               platform::Log& log) {
  auto listing = list_entries(store);
  if (!listing) return log.warning(listing.error().message);
  // Whether the entry is gone; another process that makes room at the same time may have been the one.
  const auto gone = [&](const std::filesystem::path& folder, int error) {
    if (error != 0) log.warning(platform::system_error("cannot remove the cache entry", folder, error).message);
    return error == 0;
  };
  for (const auto& folder : listing->damaged) gone(folder, remove_damaged(store, folder));
  if (!limit) return;

  auto& entries = listing->entries;
  std::uint64_t total = 0;
  for (const StoredEntry& stored : entries) total += stored.entry.bytes;
  std::sort(entries.begin(), entries.end(), is_used_earlier);
  for (const StoredEntry& stored : entries) {
    if (total <= *limit) return;
    if (stored.entry.key == saved.key) continue;
    if (gone(stored.folder, remove_entry(store, stored.folder))) total -= stored.entry.bytes;
  }
}

}  // namespace ci::store
