#include "golang/build_cache_delta.hpp"

#include <sys/stat.h>

#include <string_view>
#include <unordered_set>

#include "base/digest.hpp"
#include "platform/filesystem.hpp"

namespace ci::golang {
namespace {

using base::Result;

enum class Kind { folder, action, outcome, other };

// Of a path in the cache: "12", "12/HASH-a", "12/HASH-d"; all others are of outcomes that are folders, or of the
// corpus.
Kind kind_of(std::string_view path) {
  if (path.size() == 2) return Kind::folder;
  if (path.size() != kFileNameSize + 3 || path[2] != '/') return Kind::other;
  if (path.ends_with("-a")) return Kind::action;
  return path.ends_with("-d") ? Kind::outcome : Kind::other;
}

}  // namespace

Result<BuildCacheDelta> delta_over(const std::filesystem::path& folder, const BuildCacheUse& use,
                                   const cache::FullEntry& base) {
  const std::unordered_set<std::string_view> there(base.contents.begin(), base.contents.end());
  BuildCacheDelta delta;
  for (const auto& path : use.paths) {
    const Kind kind = kind_of(path);
    if (kind == Kind::folder) continue;  // an extraction makes them
    struct stat status {};
    if (::lstat((folder / path).c_str(), &status) != 0) continue;  // gone meanwhile
    if (kind == Kind::outcome && S_ISREG(status.st_mode)) {
      if (there.contains(std::string_view(path).substr(3, cache::kContentDigits))) continue;
    } else if (kind == Kind::action) {
      const auto text = platform::read_file(folder / path);
      if (!text) return base::fail(text.error());
      if (there.contains(base::hex(base::sha256(*text)).substr(0, cache::kContentDigits))) continue;
    }
    delta.paths.push_back(path);
    if (S_ISREG(status.st_mode)) delta.bytes += static_cast<std::uint64_t>(status.st_size);
  }
  return delta;
}

bool is_worth_it(const BuildCacheDelta& delta, const BuildCacheUse& use, const cache::FullEntry& base) {
  if (use.bytes < kLeastForDelta || delta.paths.empty()) return false;
  return 2 * delta.bytes <= use.bytes && 4 * (base.content_bytes + delta.bytes) <= 5 * use.bytes;
}

}  // namespace ci::golang
