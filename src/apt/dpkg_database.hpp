#pragma once
// What dpkg says is installed.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "apt/package_spec.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/process.hpp"

namespace ci::apt {

struct InstalledPackage {
  std::string name;
  std::string architecture;
  std::string version;
  std::string state;  // dpkg's abbreviation: "ii", "iU", "iF", "rc", ...; a third letter R asks for a reinstall
  std::int64_t installed_bytes = 0;
  std::vector<std::string> provides;  // names, with "=version" where the package gives one

  [[nodiscard]] bool is_installed() const { return state.size() == 2 && state[1] == 'i'; }
  // Half-way: unpacked, half-configured, half-installed, or with triggers pending. A killed run leaves such packages.
  [[nodiscard]] bool is_broken() const;
};

// Whether a package of a foreign architecture counts for a request that names none. Before apt is asked it does not;
// but apt itself takes it where there is no other.
enum class Foreign { ignored, counts };

class DpkgDatabase {
 public:
  // Asks dpkg-query, within `timeout`. Error: environment when dpkg is not there or fails.
  static base::Result<DpkgDatabase> read(platform::ProcessRunner& processes, base::Duration timeout,
                                         platform::OnCancellation on_cancellation = platform::OnCancellation::stop);
  // Reads the output of dpkg-query with our format (see dpkg_database.cpp).
  static DpkgDatabase parse(std::string_view listing);

  [[nodiscard]] const std::vector<InstalledPackage>& packages() const { return packages_; }
  // The entry of `name` for `architecture` ("" = the first one), or nullptr.
  [[nodiscard]] const InstalledPackage* find(std::string_view name, std::string_view architecture = {}) const;
  // The installed package that satisfies `spec`, by its own name or by what it provides; nullptr when none does.
  // A spec with a suite is never satisfied: only apt knows what that suite holds. A file counts by name and version.
  // A spec without an architecture means the machine's own, unless `foreign` counts too.
  [[nodiscard]] const InstalledPackage* satisfying(const PackageSpec& spec, Foreign foreign = Foreign::ignored) const;
  // The packages that a run left half-way.
  [[nodiscard]] std::vector<std::string> broken() const;
  // Those of them that dpkg wants unpacked again before anything else, as apt-get takes them: "name", or
  // "name:architecture" of a foreign one. A run that is killed just when one was unpacked leaves such a package.
  [[nodiscard]] std::vector<std::string> to_reinstall() const;

 private:
  [[nodiscard]] bool fits(const InstalledPackage& package, const PackageSpec& spec, Foreign foreign) const;

  std::vector<InstalledPackage> packages_;
  std::string native_;  // the machine's own architecture, that of the package dpkg; "" when not known
};

}  // namespace ci::apt
