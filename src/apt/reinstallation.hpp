#pragma once
// Installing again what dpkg believes to be installed while files of it are not there, or what it wants unpacked again.
#include <string>
#include <vector>

#include "apt/session.hpp"

namespace ci::apt {

// Has apt update its lists and install `packages` again, as `apt-get install --reinstall` does, with what they lack;
// needs root. Returns "" or why they were not: the caller looks at what is there then. What ends the whole run is told
// to the session's problems.
std::string reinstall(const Session& session, const std::vector<std::string>& packages);

}  // namespace ci::apt
