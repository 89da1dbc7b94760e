#pragma once
// System calls that succeed without being done, for this process and everything that it starts.
#include <span>

namespace ci::platform {

// Installs a seccomp filter for `calls` (SYS_... numbers). Returns whether it is in force: it needs CAP_SYS_ADMIN.
bool suppress_calls(std::span<const int> calls);

}  // namespace ci::platform
