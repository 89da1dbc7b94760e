#pragma once
// Random identifiers.
#include <cstddef>
#include <string>

namespace ci::base {

// Returns a random (version 4) UUID in lower case, RFC 9562.
std::string random_uuid();

// Returns `bytes` random bytes in lower-case hexadecimal, fit for delimiters that nobody may guess.
std::string random_hex(std::size_t bytes);

}  // namespace ci::base
