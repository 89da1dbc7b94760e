#pragma once
// A host's address for libraries that speak over a connection of their own and must not ask the name service: in a
// static program its calls (getaddrinfo) would load shared libraries.
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ci::platform {

// Returns the numeric address (IPv4 or IPv6) at which `port` of `host` accepted a connection, which is closed again,
// the first that did of all the host's addresses. Names are resolved as for HTTP; no proxy is used. `host` is a name or
// an address. Errors: unavailable, timeout after `limit`.
base::Result<std::string> reachable_address(const std::string& host, int port, base::Duration limit);

}  // namespace ci::platform
