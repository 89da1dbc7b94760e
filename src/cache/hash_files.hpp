#pragma once
// The value of GitHub's hashFiles() (docs/HASH_FILES.md).
#include <cstdint>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"
#include "cache/file_search.hpp"
#include "platform/platform.hpp"

namespace ci::cache {

struct HashFilesRequest {
  std::vector<std::string> patterns;  // each may hold several lines
  SymbolicLinks links = SymbolicLinks::keep;
};

struct HashedFile {
  std::string path;  // relative to the workspace
  base::Sha256Digest digest{};
  std::int64_t bytes = 0;
};

struct HashedFiles {
  std::string workspace;          // GITHUB_WORKSPACE, else the working directory; absolute, without symbolic links
  std::vector<HashedFile> files;  // in the order in which they are hashed
  std::string hash;               // hexadecimal; "" when no file matched
};

// Hashes what the patterns match in the workspace. Error: usage for a pattern; io or permission for what cannot be
// read, where hashFiles() fails too; cancelled.
base::Result<HashedFiles> hash_files(const HashFilesRequest& request, const platform::Platform& platform);

}  // namespace ci::cache
