#include "delta/exclusions.hpp"

#include <algorithm>

namespace ci::delta {

Exclusions::Exclusions(const std::vector<std::string>& more) {
  paths_ = {"/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp"};
  for (std::string path : more) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (path.starts_with('/')) paths_.insert(std::move(path));
  }
  for (const auto& path : paths_) parents_.emplace(parent_of(path));
}

bool Exclusions::covers(std::string_view path) const {
  for (; path != "/"; path = parent_of(path)) {
    if (holds(std::string(path))) return true;
  }
  return false;
}

std::vector<std::string> Exclusions::list() const {
  std::vector<std::string> sorted(paths_.begin(), paths_.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

bool PathOrder::operator()(std::string_view a, std::string_view b) const {
  // A slash comes before any other byte that a name can hold.
  const auto rank = [](char letter) { return letter == '/' ? 0U : static_cast<unsigned char>(letter) + 1U; };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

std::string path_in(std::string_view parent, std::string_view name) {
  std::string path;
  path.reserve(parent.size() + 1 + name.size());
  if (parent != "/") path.append(parent);
  return path.append("/").append(name);
}

std::string_view parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? std::string_view("/") : path.substr(0, slash);
}

}  // namespace ci::delta
