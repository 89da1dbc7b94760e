#pragma once
// The go command's module cache (`go env GOMODCACHE`; go.dev/ref/mod, "Module cache"): what of it to keep.
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ci::golang {

// Modules as the names of their files spell them: "github.com/!burnt!sushi/toml@v1.3.2".
struct NamedModules {
  std::set<std::string> whole;
  std::set<std::string> go_mod_only;
};

// Adds the modules of a go.sum. Lines that are none are passed over.
void add_go_sum(std::string_view text, NamedModules& modules);

// Returns the paths to keep, relative to `folder`: of each module that `named` names, or that came after `since`, what
// was downloaded and unpacked; and what the checksum database has said. Locks, clones of repositories and modules
// that no go.sum names any more are left out. Nothing for a folder that is not there. Error: io, permission.
base::Result<std::vector<std::string>> kept_modules(const std::filesystem::path& folder, const NamedModules& named,
                                                    base::TimePoint since);

}  // namespace ci::golang
