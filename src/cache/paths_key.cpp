#include "cache/paths_key.hpp"

#include <fmt/format.h>

#include <algorithm>

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
constexpr const char* kNoFile = "none";  // that any pattern of a key's files matched

std::string version_of(const std::vector<std::string>& path_names, const std::string& cache_version) {
  const auto text = cache_version + '\n' + base::join(path_names, "\n");
  return base::hex(base::sha256(text)).substr(0, kVersionDigits);
}

key::Part paths_part(const std::vector<std::string>& path_names) {
  auto sorted = path_names;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  key::Part part{"paths", base::hex(base::sha256(base::join(path_names, "\n"))), key::FactKind::lines};
  for (const auto& name : sorted) part.facts.push_back({key::printable(name), ""});
  return part;
}

// Its value is what the key ends with: of the files' contents alone, whatever they are called.
key::Part key_files_part(const HashedFiles& hashed) {
  std::vector<key::Fact> files;
  for (const auto& file : hashed.files) files.push_back({file.path, base::hex(file.digest)});
  auto part = key::files_part("key-files", std::move(files));
  part.value = hashed.hash.empty() ? kNoFile : hashed.hash;
  return part;
}

}  // namespace

bool is_cache_name(std::string_view name) {
  constexpr std::size_t kLongest = 100;
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
           c == '-';
  });
}

base::Result<key::Key> make_paths_key(const CacheSpec& spec, const std::vector<std::string>& path_names,
                                      const std::string& cache_version, const platform::Platform& platform) {
  const auto hashed = hash_files({spec.key_files, SymbolicLinks::keep}, platform);
  if (!hashed) return base::fail(hashed.error());
  key::Key key;
  key.parts.parts = {{"cache-version", key::printable(cache_version)}, paths_part(path_names), key_files_part(*hashed)};
  key.relatives.push_back(fmt::format("{}-{}-", spec.name, kSystem));
  key.restore_keys.push_back(fmt::format("{}{}-", key.relatives.front(), version_of(path_names, cache_version)));
  key.text = key.restore_keys.front() + key.parts.parts.back().value;
  for (const auto& prefix : spec.restore_keys) {
    if (auto fine = store::check_key(prefix); !fine) return base::fail(fine.error().within("restore-keys"));
    key.restore_keys.push_back(prefix);
  }
  return key;
}

}  // namespace ci::cache
