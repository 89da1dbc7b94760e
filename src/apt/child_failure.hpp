#pragma once
// Why a child of this very program failed.
#include <string>

#include "platform/process.hpp"

namespace ci::apt {

// Returns the last of its lines that is an error (platform/log.hpp), or else how it ended.
std::string failure_of_child(const platform::Outcome& outcome);

}  // namespace ci::apt
