#include "delta/packages.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {
namespace {

constexpr std::size_t kLongestStatusFile = std::size_t{256} << 20;

// The value when `line` is the field `name`.
bool read_field(std::string_view line, std::string_view name, std::string& value) {
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') return false;
  value = std::string(base::trim(line.substr(name.size() + 1)));
  return true;
}

std::map<std::pair<std::string, std::string>, std::string> installed_versions(const std::vector<Package>& packages) {
  std::map<std::pair<std::string, std::string>, std::string> versions;
  for (const auto& package : packages) {
    if (package.is_installed()) versions[{package.name, package.architecture}] = package.version;
  }
  return versions;
}

}  // namespace

base::Json to_json(const std::vector<PackageChange>& changes) {
  base::Json json = base::Json::array();
  for (const auto& one : changes) {
    json.push(base::Json::object()
                  .set("name", one.name)
                  .set("architecture", one.architecture)
                  .set("before", one.before)
                  .set("after", one.after));
  }
  return json;
}

std::vector<Package> parse_status(std::string_view text) {
  std::vector<Package> packages;
  Package package;
  const auto finish = [&] {
    if (!package.name.empty() && !package.status.empty() && !package.status.ends_with(" not-installed"))
      packages.push_back(std::move(package));
    package = {};
  };
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty()) {
      finish();
      continue;
    }
    read_field(line, "Package", package.name) || read_field(line, "Status", package.status) ||
        read_field(line, "Architecture", package.architecture) || read_field(line, "Version", package.version);
  }
  finish();
  std::sort(packages.begin(), packages.end(), [](const Package& a, const Package& b) {
    return std::tie(a.name, a.architecture) < std::tie(b.name, b.architecture);
  });
  return packages;
}

base::Result<std::vector<Package>> read_packages(const std::filesystem::path& root) {
  const auto text = platform::read_file(root / "var/lib/dpkg/status", kLongestStatusFile);
  if (!text) return base::fail(text.error());
  return parse_status(*text);
}

std::vector<PackageChange> changed_packages(const std::vector<Package>& before, const std::vector<Package>& after) {
  const auto old_versions = installed_versions(before);
  const auto new_versions = installed_versions(after);
  std::vector<PackageChange> changes;
  for (const auto& [key, version] : new_versions) {
    const auto old = old_versions.find(key);
    const std::string was = old == old_versions.end() ? "" : old->second;
    if (was != version) changes.push_back({key.first, key.second, was, version});
  }
  for (const auto& [key, version] : old_versions) {
    if (!new_versions.contains(key)) changes.push_back({key.first, key.second, version, ""});
  }
  return changes;
}

}  // namespace ci::delta
