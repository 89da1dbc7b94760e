#include "tar/declared_places.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::tar {
namespace {

using base::ErrorKind;
using base::fail;

// Without a slash at its end, so that "/" becomes "".
std::string normal(const std::filesystem::path& path) {
  std::string text = path.lexically_normal().string();
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// Appends the components of `name` to the absolute path `path`. Returns false for a ".." that is not at the beginning,
// or that leads above the root.
bool append(std::string_view name, std::string& path) {
  bool named = false;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('/'), name.size());
    const std::string_view component = name.substr(0, end);
    name.remove_prefix(std::min(end + 1, name.size()));
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (named || path.empty()) return false;
      path.erase(path.rfind('/'));
      continue;
    }
    named = true;
    path.append("/").append(component);
  }
  return true;
}

bool declares(const archive::TargetRoot& root, std::string_view path) {
  return root.within.empty() || std::any_of(root.within.begin(), root.within.end(), [&](const std::string& folder) {
           return path == folder || archive::is_below(path, folder);
         });
}

}  // namespace

DeclaredPlaces::DeclaredPlaces(const std::filesystem::path& workspace, std::vector<archive::TargetRoot> roots)
    : workspace_(normal(workspace)), roots_(std::move(roots)) {
  for (const archive::TargetRoot& root : roots_) folders_.push_back(normal(root.folder));
}

base::Result<Place> DeclaredPlaces::place_of(std::string_view name) const {
  std::string path = name.starts_with('/') ? "" : workspace_;
  if (name.empty() || name.find('\0') != std::string_view::npos || !append(name, path)) {
    return fail(ErrorKind::data, fmt::format("member {}: bad path", base::valid_utf8(name)));
  }
  for (std::size_t root = 0; root < roots_.size(); ++root) {
    const std::string& folder = folders_[root];
    if (!path.starts_with(folder) || (path.size() > folder.size() && path[folder.size()] != '/')) continue;
    const std::string_view below = std::string_view(path).substr(std::min(folder.size() + 1, path.size()));
    if (declares(roots_[root], below)) return Place{static_cast<std::uint16_t>(root), std::string(below)};
  }
  return fail(ErrorKind::data, fmt::format("member {}: it is outside of what was asked for", base::valid_utf8(name)));
}

}  // namespace ci::tar
