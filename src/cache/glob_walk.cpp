#include "cache/glob_walk.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/utf16.hpp"
#include "cache/directory_entries.hpp"
#include "platform/system_error.hpp"

namespace ci::cache {
namespace {

using base::ErrorKind;
using base::fail;
using base::Glob;
using base::Result;
using platform::system_error;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char unit) { return static_cast<unsigned char>(unit) < 0x80; });
}

unsigned char type_of(const struct stat& facts) {
  return static_cast<unsigned char>(IFTODT(facts.st_mode));
}

}  // namespace

Result<void> GlobWalk::run() {
  struct SearchPath {
    std::string path;
    unsigned char type;
  };
  std::vector<SearchPath> present;
  for (const auto& path : glob_.search_paths()) {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) == 0) {
      present.push_back({path, type_of(facts)});
    } else if (errno != ENOENT) {
      return fail(system_error("cannot look at", path, errno));
    }
  }
  for (const auto& [path, type] : present) {
    Glob::State state = state_at(path);
    if (!glob_.leads_on(state)) continue;
    path_ = path;
    if (auto visited = visit(state, type, ""); !visited) return visited;
  }
  return {};
}

Result<void> GlobWalk::run_below(const Branch& branch) {
  path_ = branch.path;
  return visit_children(branch.state);
}

Glob::State GlobWalk::state_at(std::string_view path) const {
  Glob::State state = glob_.start(), next;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size());
    if (name.empty() || name == ".") continue;
    glob_.enter(state, name, next);
    state.swap(next);
  }
  return state;
}

// Takes path_, of the type that lstat(2) tells. `state` leads on; `name` is its last segment, "" for a search path.
Result<void> GlobWalk::visit(const Glob::State& state, unsigned char type, std::string_view name) {
  const bool real_path_unknown = type == DT_LNK || name.empty();
  if (type == DT_LNK && links_ == SymbolicLinks::follow) {
    struct stat facts {};
    if (::stat(path_.c_str(), &facts) != 0) {
      if (errno == ENOENT) return {};
      return fail(system_error("cannot look at", path_, errno));
    }
    type = type_of(facts);
  }
  if (type != DT_DIR) {
    if (!glob_.judge(state).as_file) return {};
    return found_({path_, type});
  }
  if (names_ == Names::bytes && glob_.judge(state).as_directory) {
    if (auto taken = found_({path_, type}); !taken) return taken;
  }
  if (leave_) {
    leave_({path_, state});
    return {};
  }
  if (links_ == SymbolicLinks::keep) return visit_children(state);
  return follow_directory(state, real_path_unknown, name);
}

// Enters the directory path_ unless it is one that we are in already.
Result<void> GlobWalk::follow_directory(const Glob::State& state, bool real_path_unknown, std::string_view name) {
  std::string real;
  if (real_path_unknown) {
    const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path_.c_str(), nullptr), &std::free);
    if (!resolved) return fail(system_error("cannot look at", path_, errno));
    real = resolved.get();
  } else {
    real = real_paths_.back();
    if (real != "/") real += '/';
    real += name;
  }
  if (std::find(real_paths_.begin(), real_paths_.end(), real) != real_paths_.end()) return {};
  real_paths_.push_back(std::move(real));
  auto visited = visit_children(state);
  real_paths_.pop_back();
  return visited;
}

Result<void> GlobWalk::visit_children(const Glob::State& state) {
  if (cancellation_.signal() != 0) return fail(ErrorKind::cancelled, "interrupted");
  DirectoryEntries entries;
  if (const int error = entries.read(path_); error != 0) {
    if (names_ == Names::bytes && error == ENOENT) return {};
    return fail(system_error("cannot read", path_, error));
  }
  const std::size_t length = path_.size();
  if (path_ != "/") path_ += '/';
  const std::size_t stem = path_.size();
  bool looked = names_ == Names::bytes;  // its caller looks at every entry itself
  Glob::State next;
  for (const auto& entry : entries.all()) {
    const bool plain = is_ascii(entry.name);
    const std::string shown = plain ? "" : base::to_utf8(base::to_utf16(entry.name));
    const std::string_view name = plain ? entry.name : shown;
    glob_.enter(state, name, next);
    if (!glob_.leads_on(next)) continue;
    path_.resize(stem);
    path_ += names_ == Names::bytes ? entry.name : name;
    // The original looks at every entry that leads on, and fails where a directory may be listed but not searched:
    // looking at the first tells. A name that is not UTF-8 is another name to it, mostly an absent one.
    auto type = entry.type;
    if (!looked || type == DT_UNKNOWN || name != entry.name) {
      looked = true;
      struct stat facts {};
      if (::lstat(path_.c_str(), &facts) != 0) {
        if (errno == ENOENT && (links_ == SymbolicLinks::follow || names_ == Names::bytes)) continue;
        return fail(system_error("cannot look at", path_, errno));
      }
      type = type_of(facts);
    }
    if (auto visited = visit(next, type, name); !visited) return visited;
  }
  path_.resize(length);
  return {};
}

}  // namespace ci::cache
