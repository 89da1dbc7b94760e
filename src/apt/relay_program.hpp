#pragma once
// The relay, built for this machine (src/relay), as bytes of this program.
#include <string_view>

namespace ci::apt {

// Returns the file's contents.
std::string_view relay_program();

}  // namespace ci::apt
