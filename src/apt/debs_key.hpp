#pragma once
// For which systems and requests one set of .debs serves.
#include <string>
#include <vector>

#include "apt/session.hpp"

namespace ci::apt {

// Returns a digest of what decides which archives a request leads to, but for what is installed already: the release of
// the operating system, the architectures, apt's sources and pins, the request and the cache's version. Error: data
// when a local .deb is asked for; io.
base::Result<std::string> debs_identity(const std::vector<PackageSpec>& specs, const Session& session,
                                        const Cache& cache);

// Returns "ID VERSION_ID" of an os-release(5) text: a point release or another image of the same release is the same.
std::string release_of(std::string_view os_release);

}  // namespace ci::apt
