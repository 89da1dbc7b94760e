#pragma once
// The packages that dpkg's status file names.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace ci::delta {

struct Package {
  std::string name;
  std::string architecture;
  std::string version;
  std::string status;  // "install ok installed"

  [[nodiscard]] bool is_installed() const { return status.ends_with(" installed"); }
  friend bool operator==(const Package&, const Package&) = default;
};

// A package that is new, gone or different.
struct PackageChange {
  std::string name;
  std::string architecture;
  std::string before;  // version; "" when it was not installed
  std::string after;   // version; "" when it is not installed now
};

// Returns the list as JSON: name, architecture, before, after.
base::Json to_json(const std::vector<PackageChange>& changes);

// Reads the text of a status file (deb-control(5)): what has a status other than "not-installed", sorted by name and
// architecture.
std::vector<Package> parse_status(std::string_view text);

// Reads /var/lib/dpkg/status below `root`. Error: io.
base::Result<std::vector<Package>> read_packages(const std::filesystem::path& root);

// Returns what differs in the installed packages, by name and architecture. A package that only went from one state
// of being absent to another ("deinstall ok config-files") is no change here.
std::vector<PackageChange> changed_packages(const std::vector<Package>& before, const std::vector<Package>& after);

}  // namespace ci::delta
