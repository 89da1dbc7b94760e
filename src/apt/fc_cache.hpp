#pragma once
// fc-cache sleeps for two seconds at its end, so that changes within a second of its work have a later time on file
// systems that keep whole seconds. On machines that are thrown away, maintainer scripts find this program under its
// name first in dpkg's PATH: it starts the real one, whose sleep it suppresses.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::apt {

// The variable that tells the stand-in its folder.
inline constexpr char kStandInVariable[] = "CI_OPTIMIZER_STAND_INS";

// Puts `program`, this program, into `folder` as fc-cache. Error: io.
base::Result<void> add_fc_cache(const std::filesystem::path& folder, const std::filesystem::path& program);

// Whether this program was started, under `name`, as fc-cache.
bool is_fc_cache(const std::string& name, const platform::Environment& environment);

// Replaces this process by the first fc-cache in PATH outside of the stand-in's folder. Returns an exit code when there
// is none.
int become_fc_cache(const std::vector<std::string>& arguments, const platform::Environment& environment);

}  // namespace ci::apt
