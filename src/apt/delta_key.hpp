#pragma once
// For which base and request a delta serves: what its key and its label are made of.
#include <filesystem>
#include <string>

#include "apt/configured_sources.hpp"
#include "apt/settings.hpp"
#include "base/result.hpp"
#include "key/key.hpp"

namespace ci::apt {

struct DeltaKey {
  std::string fingerprint;  // of the base (delta/fingerprint.hpp)
  std::string label;        // digest of base and request: in the archive itself, whatever key it lies under
  // "text" is "apt-REQUEST-BASE"; entries have the time at which they were made behind it, and are found by the one
  // restore key, which is exact but for that.
  key::Key key;
};

// Reads the base below `root`, which is as it is before the installation. `configured` are the sources of the
// configuration, nullptr = none. Error: io, also for a local .deb that cannot be read.
base::Result<DeltaKey> delta_key(const Settings& settings, const ConfiguredSources* configured,
                                 const std::string& cache_version, const std::filesystem::path& root = "/");

}  // namespace ci::apt
