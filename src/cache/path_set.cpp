#include "cache/path_set.hpp"

#include <dirent.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "archive/temporary_name.hpp"
#include "base/text.hpp"
#include "cache/file_search.hpp"
#include "platform/system_error.hpp"

namespace ci::cache {
namespace {

using base::ErrorKind;
using base::fail;

bool is_or_is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

// `path` relative to `folder`, which it is or is below; "" when it is.
std::string relative(std::string_view path, std::string_view folder) {
  path.remove_prefix(folder.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

// An absolute path or pattern in the form that means the same on every machine.
std::string portable(std::string_view path, const PathPlace& place) {
  if (is_or_is_below(path, place.workspace)) {
    const auto name = relative(path, place.workspace);
    return name.empty() ? "." : name;
  }
  if (!place.home.empty() && place.home != "/" && is_or_is_below(path, place.home)) {
    const auto name = relative(path, place.home);
    return name.empty() ? "~" : "~/" + name;
  }
  return std::string(path);
}

// One line of patterns in that form; "" for a line that says nothing.
std::string portable_pattern(std::string_view line, const PathPlace& place) {
  line = base::trim(line);
  if (line.starts_with('#')) return "";
  bool excludes = false;
  for (; line.starts_with('!'); line = base::trim(line.substr(1))) excludes = !excludes;
  if (line.empty()) return "";
  while (line.starts_with("./")) line.remove_prefix(2);
  const std::string pattern = line.starts_with('/') ? portable(line, place) : std::string(line);
  return excludes ? "!" + pattern : pattern;
}

PathRoot root_of(const std::string& path, const PathPlace& place) {
  PathRoot root{portable(path, place), path, path, ""};
  if (path == "/" || path == place.workspace || path == place.home) return root;
  const auto slash = path.rfind('/');
  root.folder = slash == 0 ? "/" : path.substr(0, slash);
  root.member_start = path.substr(slash + 1);
  return root;
}

bool can_be_archived(unsigned char type) {
  return type == DT_REG || type == DT_DIR || type == DT_LNK;
}

}  // namespace

base::Result<PathPlace> path_place(const platform::Environment& environment) {
  auto workspace = environment.get("GITHUB_WORKSPACE");
  if (workspace.empty()) workspace = ".";
  const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(workspace.c_str(), nullptr), &std::free);
  if (!resolved) return fail(platform::system_error("cannot find the workspace", workspace, errno));
  auto home = environment.get("HOME");
  while (home.size() > 1 && home.ends_with('/')) home.pop_back();
  return PathPlace{resolved.get(), home.starts_with('/') ? home : ""};
}

base::Result<PathSet> PathSet::read(const std::vector<std::string>& patterns, const PathPlace& place) {
  const std::string lines = base::join(patterns, "\n");
  auto glob = base::Glob::read(lines, {place.workspace, place.home});
  if (!glob) return fail(glob.error());
  std::vector<std::string> names;
  for (const auto& line : base::split(lines, '\n')) {
    if (auto name = portable_pattern(line, place); !name.empty()) names.push_back(std::move(name));
  }
  // Only exclusions make the order matter.
  if (std::none_of(names.begin(), names.end(), [](const auto& name) { return name.starts_with('!'); })) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  std::vector<PathRoot> roots;
  for (const auto& path : glob->search_paths()) roots.push_back(root_of(path, place));
  if (roots.empty()) return fail(ErrorKind::usage, "no path is given for the cache");
  return PathSet(std::move(*glob), place.workspace, std::move(names), std::move(roots));
}

base::Result<PathContents> PathSet::contents(const platform::Cancellation& cancellation) const {
  PathContents contents;
  std::vector<std::vector<std::string>> paths(roots_.size());
  std::size_t at = 0;  // matches of one root come one after the other
  const auto searched = search_tree(glob_, cancellation, [&](FoundEntry entry) -> base::Result<void> {
    if (!is_or_is_below(entry.path, roots_[at].path)) {
      for (at = 0; at < roots_.size() && !is_or_is_below(entry.path, roots_[at].path);) ++at;
      if (at == roots_.size()) return fail(ErrorKind::bug, "a match is outside of every search path: " + entry.path);
    }
    if (!can_be_archived(entry.type)) {
      ++contents.left_out;
      return {};
    }
    auto path = relative(entry.path, roots_[at].folder);
    if (path.empty()) return {};                                               // the root itself is no member
    if (archive::is_temporary_name(archive::name_in_parent(path))) return {};  // a restore was killed
    ++contents.members;
    paths[at].push_back(std::move(path));
    return {};
  });
  if (!searched) return fail(searched.error());
  for (at = 0; at < roots_.size(); ++at) {
    if (paths[at].empty()) continue;
    auto& root = contents.roots.emplace_back();
    root.name = roots_[at].name;
    root.folder = roots_[at].folder;
    root.paths = std::move(paths[at]);
  }
  return contents;
}

PathContents PathSet::contents_below_first_root(const std::vector<std::string>& paths) const {
  const auto& first = roots_.front();
  PathContents contents;
  if (paths.empty()) return contents;
  auto& root = contents.roots.emplace_back();
  root.name = first.name;
  root.folder = first.folder;
  const std::string before = first.member_start.empty() ? "" : first.member_start + "/";
  if (!before.empty()) root.paths.push_back(first.member_start);
  for (const auto& path : paths) root.paths.push_back(before + path);
  contents.members = root.paths.size();
  return contents;
}

std::vector<archive::TargetRoot> PathSet::targets() const {
  std::vector<archive::TargetRoot> targets;
  for (const auto& root : roots_) {
    auto& target = targets.emplace_back();
    target.name = root.name;
    target.folder = root.folder;
    if (!root.member_start.empty()) target.within.push_back(root.member_start);
  }
  return targets;
}

base::Result<base::Sha256Digest> PathSet::state(const platform::Cancellation& cancellation) const {
  const auto found = contents(cancellation);
  if (!found) return fail(found.error());
  std::vector<archive::ConfinedFolder> folders;
  base::Sha256 digest;
  for (const auto& root : found->roots) {
    auto folder = archive::ConfinedFolder::open(root.folder);
    if (!folder) return fail(folder.error());
    folders.push_back(std::move(*folder));
    digest.update(root.name + '\n');
  }
  const auto tree = archive::scan(found->roots, folders, {});
  if (!tree) return fail(tree.error());
  std::string record;
  const auto add = [&](const archive::Member& member) {
    record.clear();
    archive::encode(member, record);
    digest.update(record);
  };
  for (const auto& folder : tree->tree) add(folder);
  for (const auto& file : tree->files) add(file.member);
  return digest.finish();
}

}  // namespace ci::cache
