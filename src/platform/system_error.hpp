#pragma once
// Error numbers of system calls (errno(3)) as base::Error.
#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace ci::platform {

// Returns "`what`: <text of `number`>" as an Error: permission for EACCES, EPERM and EROFS, io for all others.
base::Error system_error(std::string_view what, int number);

// The same about a file, its name made valid UTF-8: "cannot open usr/bin/x: No such file or directory".
base::Error system_error(std::string_view what, const std::filesystem::path& path, int number);

}  // namespace ci::platform
