#pragma once
// Error numbers of the system as base::Error.
#include <string_view>

#include "base/result.hpp"

namespace ci::archive {

// Returns "`what`: <text of `error`>" as an Error: permission for EACCES and EPERM, io for all others.
tl::unexpected<base::Error> system_failure(std::string_view what, int error);

// The same about a member's `path`: "cannot open usr/bin/x: No such file or directory".
tl::unexpected<base::Error> system_failure(std::string_view what, std::string_view path, int error);

}  // namespace ci::archive
