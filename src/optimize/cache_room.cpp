#include "optimize/cache_room.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/text.hpp"
#include "cache/superseded.hpp"

namespace ci::optimize {
namespace {

constexpr double kNearlyFull = 0.9;

std::string human(std::uint64_t bytes) {
  return base::human_bytes(static_cast<std::int64_t>(bytes));
}

// What the store holds, if that is nearly all that it can.
std::optional<store::Usage> usage_if_nearly_full(store::Store& store, platform::Log& log) {
  const auto usage = store.usage();
  if (!usage) log.detail("the room in the cache store is not known: " + usage.error().message);
  if (!usage || !*usage) return std::nullopt;
  if (static_cast<double>((*usage)->bytes) < kNearlyFull * static_cast<double>((*usage)->limit)) return std::nullopt;
  return **usage;
}

std::uint64_t bytes_of(const std::vector<store::Entry>& entries) {
  std::uint64_t bytes = 0;
  for (const auto& entry : entries) bytes += entry.bytes;
  return bytes;
}

}  // namespace

void make_room(store::Store& store, const std::string& series, const std::string& coming,
               const platform::Platform& platform) {
  const auto usage = usage_if_nearly_full(store, platform.log);
  if (!usage) return;
  const auto entries = store.list(series);
  if (!entries) return;
  for (const auto& entry : cache::superseded(*entries, {}, platform.clock.now(), {{.key = coming, .created = {}}})) {
    if (const auto removed = store.remove(entry); !removed)
      return platform.log.warning("cannot make room in the cache store: " + removed.error().message);
    platform.log.info(fmt::format("removed the superseded entry {} ({}), since the repository's caches take {}",
                                  entry.key, human(entry.bytes), human(usage->bytes)));
  }
}

void warn_of_room(store::Store& store, const platform::Platform& platform) {
  const auto usage = usage_if_nearly_full(store, platform.log);
  if (!usage) return;
  const auto ours = store.list(cache::kOurKeys);
  if (!ours) return;
  const auto old = cache::superseded(*ours, {}, platform.clock.now());
  platform.log.warning(fmt::format(
      "the repository's caches take {} of {}: the service evicts what was not used lately, and jobs that share it push "
      "each other out; ours take {} in {} entries, of which cache prune would remove {} ({})",
      human(usage->bytes), human(usage->limit), human(bytes_of(*ours)), ours->size(), old.size(),
      human(bytes_of(old))));
}

}  // namespace ci::optimize
