#pragma once
// What packages recommend and do not get. apt says nothing when a source lacks what a package only recommends, so an
// installation from few .debs could give less than one from the mirror.
#include <string>
#include <vector>

#include "apt/control_stanza.hpp"
#include "apt/dpkg_database.hpp"

namespace ci::apt {

// Returns what `packages` recommend and neither they nor what is installed by `database` is or provides: each "a | b"
// by names alone, sorted, once.
std::vector<std::string> unmet_recommends(const std::vector<ControlStanza>& packages, const DpkgDatabase& database);

}  // namespace ci::apt
