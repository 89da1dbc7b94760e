#pragma once
// Programs that dpkg and maintainer scripts find before the real ones: this program, under their names, in a folder
// that is the first of dpkg's PATH.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/environment.hpp"

namespace ci::apt {

// The variable that tells a stand-in its folder.
inline constexpr char kStandInVariable[] = "CI_OPTIMIZER_STAND_INS";

// fc-cache sleeps for two seconds at its end, so that changes within a second of its work have a later time on file
// systems that keep whole seconds. Its stand-in does not sleep; for machines that are thrown away.
inline constexpr char kFcCache[] = "fc-cache";

// Puts `program`, this program, into `folder` under `name`. Error: io.
base::Result<void> add_stand_in(const std::filesystem::path& folder, const std::filesystem::path& program,
                                const std::string& name);

// Whether this program was started as a stand-in under `name`.
bool is_stand_in(const std::string& name, const platform::Environment& environment);

// What it does then. Returns the exit code, or never, when the real program takes over.
int stand_in(const std::string& name, const std::vector<std::string>& arguments,
             const platform::Environment& environment);

// Replaces this process by the first program called `name` in PATH outside of the stand-ins' folder. Returns an exit
// code when there is none.
int become_real(const std::string& name, const std::vector<std::string>& arguments,
                const platform::Environment& environment);

}  // namespace ci::apt
