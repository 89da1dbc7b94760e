#pragma once
// Which version of Go a build uses (go.dev/doc/toolchain).
#include <string>
#include <string_view>

namespace ci::golang {

// Whether version `a` is newer than `b`: "go1.22.3", "1.22", "1.23rc1" (older than 1.23), in the order that Go gives
// them. What is no version is older than any.
bool is_newer(std::string_view a, std::string_view b);

// Returns the version that the toolchain `installed` ("go1.22.1") uses for a module whose go.mod or go.work has the
// line `toolchain` ("" = none) or else `go`. `wanted` is GOTOOLCHAIN, "" = auto. Toolchains before 1.21 never change.
std::string selected_toolchain(const std::string& installed, const std::string& wanted, const std::string& toolchain,
                               const std::string& go);

}  // namespace ci::golang
