#pragma once
// What stands for the contents of a file.
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ci::delta {

// Returns what stands for the contents of `path` below `root`: "sha256:HEX" of a file, "link:TARGET" of a symbolic
// link, "absent" when it is not there, "other" for any other type. Error: io, permission.
base::Result<std::string> contents_digest(const std::filesystem::path& root, std::string_view path);

}  // namespace ci::delta
