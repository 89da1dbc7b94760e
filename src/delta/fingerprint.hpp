#pragma once
// What must be equal for a delta to fit: a digest of the base that packages were or will be installed on.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace ci::delta {

struct FingerprintPart {
  std::string name;    // "packages", "sources", ...
  std::string digest;  // SHA-256 of `text` in hex
  std::string text;    // the canonical text, a line a fact
};

struct Fingerprint {
  std::string digest;  // SHA-256 over the names and digests of the parts
  std::vector<FingerprintPart> parts;
};

// Reads the fingerprint of the system below `root`. Asks no program and no network. Its parts: the format's version,
// os-release, the native and the foreign architectures, dpkg's packages with their status and version, apt's sources
// with the digests of the keys that they name, apt's pins, and those settings of dpkg and apt that decide what is
// installed (docs/DELTA.md). Error: io.
base::Result<Fingerprint> base_fingerprint(const std::filesystem::path& root);

}  // namespace ci::delta
