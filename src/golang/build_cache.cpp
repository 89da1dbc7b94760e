#include "golang/build_cache.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>
#include <unordered_set>

#include "archive/tree_scan.hpp"
#include "base/text.hpp"
#include "cache/directory_entries.hpp"
#include "platform/filesystem.hpp"
#include "platform/system_error.hpp"

namespace ci::golang {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr std::size_t kLongestAction = 4096;  // bytes; they have about 175

// One file, or folder, of the cache.
struct Found {
  std::int64_t mtime = 0;  // nanoseconds
  std::uint64_t bytes = 0;
  bool is_folder = false;
};

struct Contents {
  std::unordered_map<std::string, Found> actions;   // by hash
  std::unordered_map<std::string, Found> outcomes;  // by hash
};

std::int64_t nanoseconds(base::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

std::string path_of(const std::string& hash, char kind) {
  return fmt::format("{}/{}-{}", hash.substr(0, 2), hash, kind);
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<std::uint64_t> bytes_below(const fs::path& folder) {
  std::uint64_t bytes = 0;
  const auto paths = archive::list_tree(folder, {""});
  if (!paths) return base::fail(paths.error());
  for (const auto& path : *paths) {
    struct stat status {};
    if (::lstat((folder / path).c_str(), &status) == 0 && S_ISREG(status.st_mode))
      bytes += static_cast<std::uint64_t>(status.st_size);
  }
  return bytes;
}

Result<void> look_into(const fs::path& cache, const std::string& name, Contents& contents) {
  const fs::path folder = cache / name;
  cache::DirectoryEntries entries;
  if (const int error = entries.read(folder.string()); error != 0) {
    if (error == ENOENT || error == ENOTDIR) return {};
    return base::fail(platform::system_error("cannot read the folder", folder.string(), error));
  }
  for (const auto& entry : entries.all()) {
    const auto file = entry.name;
    if (file.size() != kFileNameSize || file[kHashDigits] != '-' || !is_hex(file.substr(0, kHashDigits))) continue;
    const char kind = file.back();
    if (kind != 'a' && kind != 'd') continue;
    struct stat status {};
    const fs::path path = folder / std::string(file);
    if (::lstat(path.c_str(), &status) != 0) continue;  // gone meanwhile
    Found found{std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
                static_cast<std::uint64_t>(status.st_size), S_ISDIR(status.st_mode)};
    if (found.is_folder) {
      const auto bytes = bytes_below(path);
      if (!bytes) return base::fail(bytes.error());
      found.bytes = *bytes;
    } else if (!S_ISREG(status.st_mode)) {
      continue;
    }
    (kind == 'a' ? contents.actions : contents.outcomes).emplace(file.substr(0, kHashDigits), found);
  }
  return {};
}

Result<Contents> look(const fs::path& folder) {
  Contents contents;
  for (int i = 0; i < 256; ++i) {
    if (auto looked = look_into(folder, fmt::format("{:02x}", i), contents); !looked) return base::fail(looked.error());
  }
  return contents;
}

// The hash of the outcome that an action names: "v1 ACTION OUTCOME SIZE TIME". "" when it is none.
std::string outcome_of(const fs::path& folder, const std::string& action) {
  const auto text = platform::read_file(folder / path_of(action, 'a'), kLongestAction);
  if (!text) return "";
  const auto words = base::words(*text);
  if (words.size() < 3 || words[0] != "v1" || words[2].size() != kHashDigits || !is_hex(words[2])) return "";
  return words[2];
}

// An action with the outcome that it names.
struct Unit {
  std::string action;
  std::string outcome;     // "" = it is not there
  std::int64_t mtime = 0;  // the younger of both
  std::uint64_t bytes = 0;
};

class Selection {
 public:
  Selection(const fs::path& folder, const Contents& contents) : folder_(folder), contents_(contents) {}

  Result<BuildCacheUse> select(std::int64_t since, std::uint64_t limit) {
    for (auto& unit : used_units(since)) {
      const auto& outcomes = contents_.outcomes;
      const bool counted = unit.outcome.empty() || kept_.contains(unit.outcome);
      const std::uint64_t bytes = unit.bytes - (counted && !unit.outcome.empty() ? outcomes.at(unit.outcome).bytes : 0);
      if (use_.bytes + bytes > limit) {
        ++use_.over_limit;
        continue;
      }
      use_.bytes += bytes;
      ++use_.actions;
      add_folder(unit.action.substr(0, 2));
      use_.paths.push_back(path_of(unit.action, 'a'));
      if (counted) continue;
      kept_.insert(unit.outcome);
      if (auto added = add_outcome(unit.outcome); !added) return base::fail(added.error());
    }
    use_.all_actions = contents_.actions.size();
    std::uint64_t all = 0;
    for (const auto& [hash, found] : contents_.actions) all += found.bytes;
    for (const auto& [hash, found] : contents_.outcomes) all += found.bytes;
    use_.dropped_bytes = all - use_.bytes;
    return std::move(use_);
  }

 private:
  // The last used first.
  std::vector<Unit> used_units(std::int64_t since) const {
    std::vector<Unit> units;
    for (const auto& [action, found] : contents_.actions) {
      if (found.is_folder) continue;
      Unit unit{action, outcome_of(folder_, action), found.mtime, found.bytes};
      if (const auto outcome = contents_.outcomes.find(unit.outcome); outcome != contents_.outcomes.end()) {
        unit.mtime = std::max(unit.mtime, outcome->second.mtime);
        unit.bytes += outcome->second.bytes;
      } else {
        unit.outcome.clear();
      }
      // An outcome that another action has used says nothing of this one.
      if (found.mtime > since) units.push_back(std::move(unit));
    }
    std::sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
      return a.mtime != b.mtime ? a.mtime > b.mtime : a.action < b.action;
    });
    return units;
  }

  void add_folder(const std::string& name) {
    if (folders_.insert(name).second) use_.paths.push_back(name);
  }

  Result<void> add_outcome(const std::string& hash) {
    const auto path = path_of(hash, 'd');
    add_folder(hash.substr(0, 2));
    use_.paths.push_back(path);
    if (!contents_.outcomes.at(hash).is_folder) return {};
    const auto below = archive::list_tree(folder_, {path});
    if (!below) return base::fail(below.error());
    for (const auto& one : *below) {
      if (one != path) use_.paths.push_back(one);
    }
    return {};
  }

  const fs::path& folder_;
  const Contents& contents_;
  BuildCacheUse use_;
  std::unordered_set<std::string> kept_;     // outcomes
  std::unordered_set<std::string> folders_;  // of the 256
};

}  // namespace

Result<BuildCacheUse> used_since(const fs::path& folder, base::TimePoint since, std::uint64_t limit) {
  const auto contents = look(folder);
  if (!contents) return base::fail(contents.error());
  auto use = Selection(folder, *contents).select(nanoseconds(since), limit);
  if (!use) return use;
  std::error_code error;
  if (!fs::is_directory(folder / "fuzz", error)) return use;
  const auto corpus = archive::list_tree(folder, {"fuzz"});
  if (!corpus) return base::fail(corpus.error());
  use->paths.insert(use->paths.end(), corpus->begin(), corpus->end());
  return use;
}

Result<std::size_t> count_actions(const fs::path& folder) {
  const auto contents = look(folder);
  if (!contents) return base::fail(contents.error());
  return contents->actions.size();
}

Result<void> mark_trimmed(const fs::path& folder, base::TimePoint now) {
  return platform::write_file(
      folder / "trim.txt",
      fmt::format("{}\n", std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count()));
}

}  // namespace ci::golang
