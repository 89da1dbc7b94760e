#include "delta/path_pattern.hpp"

#include <algorithm>
#include <system_error>

#include "delta/exclusions.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

// Whether `name`, without any slash, fits `pattern` with any number of stars.
bool fits_name(std::string_view pattern, std::string_view name) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  for (;; name.remove_prefix(1)) {
    if (fits_name(pattern, name)) return true;
    if (name.empty()) return false;
  }
}

// Takes the first name off a path that begins with a slash.
std::string_view take_name(std::string_view& path) {
  path.remove_prefix(1);
  const auto name = path.substr(0, path.find('/'));
  path.remove_prefix(name.size());
  return name;
}

void expand(const fs::path& root, const std::string& folder, std::string_view rest, std::vector<std::string>& found) {
  std::error_code error;
  if (rest.empty()) {
    if (fs::symlink_status(root.string() + folder, error).type() != fs::file_type::not_found) found.push_back(folder);
    return;
  }
  const auto name = take_name(rest);
  if (name.find('*') == std::string_view::npos) {
    expand(root, folder + "/" + std::string(name), rest, found);
    return;
  }
  for (fs::directory_iterator entry(root.string() + folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const auto candidate = entry->path().filename().string();
    if (fits_name(name, candidate)) expand(root, folder + "/" + candidate, rest, found);
  }
}

}  // namespace

bool fits_pattern(std::string_view pattern, std::string_view path) {
  const bool subtree = pattern.ends_with("/**");
  if (subtree) pattern.remove_suffix(3);
  while (!pattern.empty() && !path.empty()) {
    if (!fits_name(take_name(pattern), take_name(path))) return false;
  }
  return pattern.empty() && (subtree ? !path.empty() : path.empty());
}

std::vector<std::string> expand_pattern(const fs::path& root, std::string_view pattern) {
  std::vector<std::string> found;
  expand(root, "", pattern, found);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace ci::delta
