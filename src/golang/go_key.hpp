#pragma once
// What the keys of the Go caches are made of (docs/KEYS.md).
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "golang/go_tool.hpp"
#include "golang/workspace.hpp"
#include "key/key.hpp"
#include "key/runner.hpp"
#include "platform/platform.hpp"

namespace ci::golang {

enum class GoCache { modules, build, binary };

struct GoKeyRequest {
  std::filesystem::path module{};   // a go.mod or its folder; "" = the nearest at or above the working directory
  std::string binary{};             // path of the file that is built
  std::string build{};              // the command line that builds it
  std::vector<std::string> tags{};  // build tags, beside those in GOFLAGS
  std::string cache_version{};
};

// What the keys of one module have in common.
struct GoProject {
  key::Runner runner;
  GoTool tool;
  Workspace workspace;
  std::string toolchain;  // that builds
  std::string compiler;   // the version of the C compiler; "" without cgo
  key::Part sources;
};

// Asks the toolchain about the module, with cgo the C compiler too, and reads what a build of it would read; it asks no
// network. Error: data for a module that is missing or malformed; environment without Go; timeout; io, permission;
// cancelled.
base::Result<GoProject> read_project(const GoKeyRequest& request, const platform::Platform& platform);

// Returns the key of a cache of that module. Error: bug.
base::Result<key::Key> go_key(GoCache cache, const GoProject& project, const GoKeyRequest& request,
                              const platform::Platform& platform);

// Both of these in one; for the modules' key no source is read.
base::Result<key::Key> go_key(GoCache cache, const GoKeyRequest& request, const platform::Platform& platform);

}  // namespace ci::golang
