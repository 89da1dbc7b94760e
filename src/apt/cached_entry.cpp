#include "apt/cached_entry.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::apt {

std::string time_for_key(base::TimePoint time) {
  std::string text = base::to_rfc3339(time);
  for (const char* mark : {"-", ":", "Z"}) text = base::replace_all(text, mark, "");
  return text;
}

base::Result<std::optional<CachedEntry>> find_newest(const Cache& cache, const std::string& key,
                                                     const std::string& prefix, base::TimePoint now) {
  const auto found = cache.store->find(key, {prefix});
  if (!found) return base::fail(found.error());
  if (!*found) return std::nullopt;
  CachedEntry newest{**found, ""};
  if (const auto age = now - newest.entry.created; age > cache.max_age) {
    newest.too_old = fmt::format("the newest entry is {} old, older than max-age",
                                 base::human_seconds(base::seconds(std::chrono::duration_cast<base::Duration>(age))));
  }
  return newest;
}

}  // namespace ci::apt
