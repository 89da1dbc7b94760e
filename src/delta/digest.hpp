#pragma once
// SHA-256.
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ci::delta {

// Returns the SHA-256 of `text` in lower-case hex.
std::string sha256(std::string_view text);

// Returns what stands for the contents of `path` below `root`: "sha256:HEX" of a file, "link:TARGET" of a symbolic
// link, "absent" when it is not there, "other" for any other type. Error: io, permission.
base::Result<std::string> contents_digest(const std::filesystem::path& root, std::string_view path);

}  // namespace ci::delta
