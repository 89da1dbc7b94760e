#pragma once
// Programs that maintainer scripts find in dpkg's PATH before the real ones, on machines that are thrown away: this
// program under their names. What each leaves behind is what the real one would.
//
//   fc-cache                sleeps for two seconds at its end, so that changes within a second of its work have a later
//                           time on file systems that keep whole seconds. The real one is started, without its sleep.
//   update-ca-certificates  starts some 1,300 programs for 140 certificates; see apt/ca_certificates.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::apt {

// The variable that tells the stand-ins their folder.
inline constexpr char kStandInVariable[] = "CI_OPTIMIZER_STAND_INS";

// Puts `program`, this program, into `folder` under the names of all stand-ins. Error: io.
base::Result<void> add_stand_ins(const std::filesystem::path& folder, const std::filesystem::path& program);

// Does the work when this program was started, under `name`, as a stand-in: returns the exit code, or becomes the real
// program. Returns nothing when it was not.
std::optional<int> run_stand_in(const std::string& name, const std::vector<std::string>& arguments,
                                const platform::Environment& environment);

}  // namespace ci::apt
