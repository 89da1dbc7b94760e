#pragma once
// The Go toolchain that is installed, as `go env` tells of it.
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/platform.hpp"

namespace ci::golang {

struct GoTool {
  std::map<std::string, std::string> env;  // GOVERSION, GOOS, ...; what this version of Go does not know is ""
  // GOTOOLCHAIN as the job set it, in the environment or with `go env -w`; "" = the toolchain's own rule.
  std::string wanted;

  [[nodiscard]] const std::string& get(const std::string& name) const;
};

// Asks the toolchain in PATH, in the folder of a module. The installed one answers: it is kept from downloading the
// toolchain that a go.mod names. Error: environment when there is no Go, or it cannot answer (timeout: in 20 s).
base::Result<GoTool> ask_go(const std::filesystem::path& folder, const platform::Platform& platform);

// Returns the first line that a C compiler says of its version, "" when there is none. `compiler` is the value of CC:
// a command with arguments. Asks in at most 10 s.
std::string compiler_version(const std::string& compiler, const platform::Platform& platform);

}  // namespace ci::golang
