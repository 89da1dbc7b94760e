#pragma once
#include <string>

namespace ci::cli {

enum class VersionDetail { brief, full };

// "ci-optimizer 0.1.0"; in full also the hash of the sources it was built from and the versions of its libraries.
std::string version_text(VersionDetail detail);

}  // namespace ci::cli
