#pragma once
// A record as a few lines of plain text for a terminal.
#include <string>

#include "history/record.hpp"

namespace ci::report {

// Returns the verdict, the phases, smoke tests that did not pass, problems with their hints, and where the record lies.
// No line holds a control character or a workflow command of somebody else's text.
std::string terminal_report(const history::Record& record);

}  // namespace ci::report
