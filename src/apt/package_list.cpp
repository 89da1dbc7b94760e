#include "apt/package_list.hpp"

#include "base/ids.hpp"

namespace ci::apt {
namespace {

// The entry of that package, made if there is none; an architecture that is not known fits every one.
history::Package& entry(std::vector<history::Package>& packages, const std::string& name,
                        const std::string& architecture) {
  for (auto& package : packages) {
    const bool fits = package.architecture == architecture || architecture.empty() || package.architecture.empty();
    if (package.name == name && fits) return package;
  }
  auto& package = packages.emplace_back();
  package.id = base::random_uuid();
  package.name = name;
  package.architecture = architecture;
  return package;
}

void add_requested(std::vector<history::Package>& packages, const PackageSpec& spec, const DpkgDatabase& database) {
  const auto* installed = database.satisfying(spec);
  if (installed == nullptr && !spec.suite.empty()) installed = database.find(spec.name, spec.architecture);
  const std::string asked_for = spec.name.empty() ? spec.text : spec.name;
  entry(packages, installed != nullptr ? installed->name : asked_for,
        installed != nullptr ? installed->architecture : spec.architecture)
      .requested = true;
}

}  // namespace

std::vector<history::Package> list_packages(const std::vector<PackageSpec>& specs, const Plan& plan,
                                            const DpkgDatabase& database, const PhaseTimer& timer, Missing missing) {
  std::vector<history::Package> packages;
  for (const auto& spec : specs) add_requested(packages, spec, database);
  for (const auto& planned : plan.packages) {
    auto& package = entry(packages, planned.name, planned.architecture);
    package.architecture = planned.architecture;
    package.version = planned.version;
    package.download_bytes = planned.local_file.empty() ? planned.bytes : 0;
  }
  for (auto& package : packages) {
    const auto* installed = database.find(package.name, package.architecture);
    const bool is_there = installed != nullptr && installed->is_installed() &&
                          (package.version.empty() || package.version == installed->version);
    if (is_there) {
      package.version = installed->version;
      package.architecture = installed->architecture;
      package.installed_bytes = installed->installed_bytes;
      (void)history::advance(package.status, history::PackageStatus::installed);
    } else if (missing == Missing::failed) {
      (void)history::advance(package.status, history::PackageStatus::failed);
    }
    package.seconds =
        timer.package_seconds(package.name) + timer.package_seconds(package.name + ":" + package.architecture);
  }
  return packages;
}

}  // namespace ci::apt
