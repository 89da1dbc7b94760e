#include "cache/paths_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "cache/hash_files.hpp"
#include "store/key.hpp"

namespace ci::cache {
namespace {

// This program's own, which is what runs here: RUNNER_ARCH is the host's in a container.
#if defined(__aarch64__)
constexpr const char* kSystem = "linux-arm64";
#else
constexpr const char* kSystem = "linux-x64";
#endif

constexpr std::size_t kVersionDigits = 8;
constexpr std::size_t kPartDigits = 16;                      // of a file's digest: enough to see that it changed
constexpr std::size_t kLongestParts = std::size_t{1} << 20;  // bytes

std::string version_of(const std::vector<std::string>& path_names, const std::string& cache_version) {
  const auto text = cache_version + '\n' + base::join(path_names, "\n");
  return base::hex(base::sha256(text)).substr(0, kVersionDigits);
}

std::string parts_of(const HashedFiles& hashed) {
  std::string parts;
  for (const auto& file : hashed.files) {
    const auto line = fmt::format("{} {}\n", file.path, base::hex(file.digest).substr(0, kPartDigits));
    if (parts.size() + line.size() > kLongestParts) break;
    parts += line;
  }
  return parts;
}

std::map<std::string, std::string> digests_in(const std::string& parts) {
  std::map<std::string, std::string> digests;
  for (const auto& line : base::split(parts, '\n')) {
    if (const auto blank = line.rfind(' '); blank != std::string::npos)
      digests[line.substr(0, blank)] = line.substr(blank + 1);
  }
  return digests;
}

}  // namespace

bool is_cache_name(std::string_view name) {
  constexpr std::size_t kLongest = 100;
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '-';
  });
}

base::Result<PathsKey> make_paths_key(const CacheSpec& spec, const std::vector<std::string>& path_names,
                                      const std::string& cache_version, const platform::Platform& platform) {
  const auto hashed = hash_files({spec.key_files, SymbolicLinks::keep}, platform);
  if (!hashed) return base::fail(hashed.error());
  PathsKey key;
  key.series = fmt::format("{}-{}-", spec.name, kSystem);
  key.restore_keys.push_back(fmt::format("{}{}-", key.series, version_of(path_names, cache_version)));
  key.key = key.restore_keys.front() + (hashed->hash.empty() ? "none" : hashed->hash);
  for (const auto& prefix : spec.restore_keys) {
    if (auto fine = store::check_key(prefix); !fine) return base::fail(fine.error().within("restore-keys"));
    key.restore_keys.push_back(prefix);
  }
  key.parts = parts_of(*hashed);
  return key;
}

std::string difference(const std::string& old_parts, const std::string& new_parts) {
  constexpr std::size_t kShown = 3;
  const auto before = digests_in(old_parts);
  const auto now = digests_in(new_parts);
  std::vector<std::string> changes;
  for (const auto& [file, digest] : now) {
    const auto old = before.find(file);
    if (old == before.end()) {
      changes.push_back(file + " is new");
    } else if (old->second != digest) {
      changes.push_back(file + " changed");
    }
  }
  for (const auto& [file, digest] : before) {
    if (!now.contains(file)) changes.push_back(file + " is gone");
  }
  if (changes.size() > kShown) {
    const auto more = changes.size() - kShown;
    changes.resize(kShown);
    changes.push_back(fmt::format("and {} more", more));
  }
  return base::join(changes, ", ");
}

}  // namespace ci::cache
