#pragma once
// How this run may change the system.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/environment.hpp"
#include "platform/process.hpp"

namespace ci::apt {

// Returns what to put in front of a command that needs root: nothing for root, `sudo -n --` where that works without a
// password. Error: permission.
base::Result<std::vector<std::string>> root_prefix(const platform::Environment& environment,
                                                   platform::ProcessRunner& processes, base::Duration timeout);

}  // namespace ci::apt
