#pragma once
// The version under which GitHub's own client (npm @actions/cache) saves an entry and looks for it.
#include <string>
#include <vector>

namespace ci::store {

// How that client compresses on the machine: zstd where the program is installed, else gzip.
enum class ToolkitCompression { zstd, gzip };

// Returns the version of an entry of `paths` on any system but Windows: 64 hexadecimal digits. The paths count as the
// workflow gives them, in their order, before any pattern or "~" is resolved. (@actions/cache 6.3.0, getCacheVersion)
std::string toolkit_version(const std::vector<std::string>& paths, ToolkitCompression compression);

}  // namespace ci::store
