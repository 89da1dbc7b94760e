#pragma once
// How somebody repeats a job on his own machine.
#include <string>

#include "history/record.hpp"

namespace ci::report {

// Returns shell lines: the commit to check out, and the command that asks for the packages and smoke tests of the
// record. What the configuration file says besides is read from it again.
std::string reproduce(const history::Record& record);

}  // namespace ci::report
