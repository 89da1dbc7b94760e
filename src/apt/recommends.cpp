#include "apt/recommends.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace ci::apt {
namespace {

// "libc6:any (>= 2.3) [amd64]" -> "libc6"
std::string name_of(std::string_view relation) {
  const auto bare = base::trim(relation);
  return std::string(bare.substr(0, bare.find_first_of(" :(=[<")));
}

std::vector<std::string> names_of(std::string_view relations, char separator) {
  std::vector<std::string> names;
  for (const auto& one : base::split(relations, separator)) {
    if (auto name = name_of(one); !name.empty()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

std::vector<std::string> unmet_recommends(const std::vector<ControlStanza>& packages, const DpkgDatabase& database) {
  std::set<std::string> there;
  for (const auto& package : database.packages()) {
    if (!package.is_installed()) continue;
    there.insert(package.name);
    for (const auto& provided : package.provides) there.insert(name_of(provided));
  }
  for (const auto& package : packages) {
    there.insert(package.field("package"));
    for (auto& provided : names_of(package.field("provides"), ',')) there.insert(std::move(provided));
  }
  std::set<std::string> unmet;
  for (const auto& package : packages) {
    for (const auto& group : base::split(package.field("recommends"), ',')) {
      const auto names = names_of(group, '|');
      const bool met = std::any_of(names.begin(), names.end(), [&](const auto& name) { return there.contains(name); });
      if (!names.empty() && !met) unmet.insert(base::join(names, " | "));
    }
  }
  return {unmet.begin(), unmet.end()};
}

}  // namespace ci::apt
