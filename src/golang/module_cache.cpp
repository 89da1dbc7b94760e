#include "golang/module_cache.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "archive/tree_scan.hpp"
#include "base/text.hpp"
#include "cache/directory_entries.hpp"
#include "platform/system_error.hpp"

namespace ci::golang {
namespace {

namespace fs = std::filesystem;
using base::Result;

// golang.org/x/mod/module, EscapePath: file systems may not tell cases apart.
std::string escaped(std::string_view path) {
  std::string name;
  for (const char letter : path) {
    if (letter >= 'A' && letter <= 'Z') {
      name += '!';
      name += static_cast<char>(letter - 'A' + 'a');
    } else {
      name += letter;
    }
  }
  return name;
}

bool came_after(const fs::path& path, base::TimePoint since) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return false;
  const auto changed = std::chrono::seconds(status.st_ctim.tv_sec) + std::chrono::nanoseconds(status.st_ctim.tv_nsec);
  return changed > since.time_since_epoch();
}

class Walk {
 public:
  Walk(const fs::path& folder, const NamedModules& named, base::TimePoint since)
      : folder_(folder), named_(named), since_(since) {}

  Result<std::vector<std::string>> run() {
    if (auto walked = unpacked(""); !walked) return base::fail(walked.error());
    if (auto walked = downloaded("cache/download", ""); !walked) return base::fail(walked.error());
    if (auto added = add_tree("cache/download/sumdb"); !added) return base::fail(added.error());
    std::sort(kept_.begin(), kept_.end());
    kept_.erase(std::unique(kept_.begin(), kept_.end()), kept_.end());
    return std::move(kept_);
  }

 private:
  Result<cache::DirectoryEntries> entries(const std::string& path) const {
    cache::DirectoryEntries read;
    const auto name = (folder_ / path).string();
    const int error = read.read(name);
    if (error != 0 && error != ENOENT && error != ENOTDIR)
      return base::fail(platform::system_error("cannot read the folder", name, error));
    return read;
  }

  [[nodiscard]] bool is_folder(const std::string& path) const {
    std::error_code error;
    return fs::is_directory(fs::symlink_status(folder_ / path, error));
  }

  // Folders PATH@VERSION.
  Result<void> unpacked(const std::string& below) {
    const auto read = entries(below);
    if (!read) return base::fail(read.error());
    for (const auto& entry : read->all()) {
      const auto path = below.empty() ? std::string(entry.name) : below + "/" + std::string(entry.name);
      if (path == "cache" || !is_folder(path)) continue;
      if (entry.name.find('@') == std::string_view::npos) {
        if (auto walked = unpacked(path); !walked) return walked;
      } else if (named_.whole.contains(path) || came_after(folder_ / path, since_)) {
        if (auto added = add_tree(path); !added) return added;
      }
    }
    return {};
  }

  // Files PATH/@v/VERSION.mod, .info, .zip, .ziphash.
  Result<void> downloaded(const std::string& below, const std::string& module) {
    const auto read = entries(below);
    if (!read) return base::fail(read.error());
    for (const auto& entry : read->all()) {
      const auto name = std::string(entry.name);
      const auto path = fmt::format("{}/{}", below, name);
      if (name == "@v") {
        if (auto added = add_versions(path, module); !added) return added;
      } else if (path != "cache/download/sumdb" && is_folder(path)) {
        if (auto walked = downloaded(path, module.empty() ? name : fmt::format("{}/{}", module, name)); !walked)
          return walked;
      }
    }
    return {};
  }

  Result<void> add_versions(const std::string& folder, const std::string& module) {
    const auto read = entries(folder);
    if (!read) return base::fail(read.error());
    for (const auto& entry : read->all()) {
      const auto name = std::string(entry.name);
      const auto dot = name.rfind('.');
      if (dot == std::string::npos || name.ends_with(".lock") || name.ends_with(".tmp")) continue;
      const auto version = module + "@" + name.substr(0, dot);
      const bool small = name.ends_with(".mod") || name.ends_with(".info");
      const bool named = named_.whole.contains(version) || (small && named_.go_mod_only.contains(version));
      if (named || came_after(folder_ / folder / name, since_)) add(fmt::format("{}/{}", folder, name));
    }
    return {};
  }

  Result<void> add_tree(const std::string& path) {
    if (!is_folder(path)) return {};
    const auto all = archive::list_tree(folder_, {path});
    if (!all) return base::fail(all.error());
    add(path);
    kept_.insert(kept_.end(), all->begin(), all->end());
    return {};
  }

  // With the folders on the way.
  void add(const std::string& path) {
    for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
      kept_.push_back(path.substr(0, slash));
    kept_.push_back(path);
  }

  const fs::path& folder_;
  const NamedModules& named_;
  base::TimePoint since_;
  std::vector<std::string> kept_;
};

}  // namespace

void add_go_sum(std::string_view text, NamedModules& modules) {
  constexpr std::string_view kGoMod = "/go.mod";
  for (const auto& line : base::split(std::string(text), '\n')) {
    const auto words = base::words(line);
    if (words.size() != 3) continue;
    if (words[1].ends_with(kGoMod)) {
      const auto version = words[1].substr(0, words[1].size() - kGoMod.size());
      modules.go_mod_only.insert(escaped(words[0]) + "@" + escaped(version));
    } else {
      modules.whole.insert(escaped(words[0]) + "@" + escaped(words[1]));
    }
  }
}

Result<std::vector<std::string>> kept_modules(const fs::path& folder, const NamedModules& named,
                                              base::TimePoint since) {
  return Walk(folder, named, since).run();
}

}  // namespace ci::golang
