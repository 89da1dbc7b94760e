#pragma once
// The keys of a cache that the configuration names: NAME-OS-ARCH-VERSION-HASH (docs/KEYS.md, "Declared caches").
#include <string>
#include <vector>

#include "base/result.hpp"
#include "key/key.hpp"
#include "platform/platform.hpp"

namespace ci::cache {

enum class SaveWhen {
  success,  // when the job has succeeded
  always,   // also when it has failed or was cancelled
};

// An element of `caches:`.
struct CacheSpec {
  std::string name;
  std::vector<std::string> paths;         // patterns (path_set.hpp)
  std::vector<std::string> key_files;     // patterns of the files that its contents depend on
  std::vector<std::string> restore_keys;  // what a key may begin with, after those that are made here
  SaveWhen save = SaveWhen::success;
};

// Whether `name` may begin keys: letters, digits, ".", "_" and "-", at most 100 of them.
bool is_cache_name(std::string_view name);

// Makes the key of `spec`. VERSION stands for its paths, as PathSet::names() has them, and for `cache_version`; HASH
// is hashFiles() of its key files, "none" when there is no such file. Its restore keys are NAME-OS-ARCH-VERSION- and
// those of the configuration; its one relative, NAME-OS-ARCH-, begins the keys of all its entries on this system.
// Error: that of hash_files; usage for a restore key that is no key.
base::Result<key::Key> make_paths_key(const CacheSpec& spec, const std::vector<std::string>& path_names,
                                      const std::string& cache_version, const platform::Platform& platform);

}  // namespace ci::cache
