#pragma once
// What the keys of the Go caches are made of (docs/KEYS.md).
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "key/key.hpp"
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

// Returns the key of a Go cache. It asks the toolchain, with cgo the C compiler, and reads what the build would read;
// it asks no network. Error: data for a module that is missing or malformed; environment without Go; timeout; io,
// permission; cancelled.
base::Result<key::Key> go_key(GoCache cache, const GoKeyRequest& request, const platform::Platform& platform);

}  // namespace ci::golang
