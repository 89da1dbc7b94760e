#pragma once
// The packages of an installation as the record tells of them.
#include <vector>

#include "apt/dpkg_database.hpp"
#include "apt/package_spec.hpp"
#include "apt/phase_timer.hpp"
#include "apt/plan.hpp"
#include "history/record.hpp"

namespace ci::apt {

// What becomes of a package that dpkg does not have: it is still to come, or the installation failed.
enum class Missing { pending, failed };

// Returns each package asked for by `specs` or drawn in by `plan`, with what `database` says of it now and the seconds
// that dpkg spent on it by `timer`.
std::vector<history::Package> list_packages(const std::vector<PackageSpec>& specs, const Plan& plan,
                                            const DpkgDatabase& database, const PhaseTimer& timer, Missing missing);

}  // namespace ci::apt
