#pragma once
// A record as a few lines of plain text for a terminal.
#include <string>

#include "history/record.hpp"
#include "insight/insight.hpp"
#include "platform/terminal.hpp"

namespace ci::report {

// Returns the verdict, what the history says (nullptr = nothing is known), the metrics, phases and caches as tables,
// smoke tests that did not pass, problems with their hints, and where the record lies. No line holds a control
// character of somebody else's text, nor a workflow command.
std::string terminal_report(const history::Record& record, const insight::Insight* insight,
                            const platform::Terminal& terminal);

}  // namespace ci::report
