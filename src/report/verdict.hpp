#pragma once
// How a job ended, in one line of plain text.
#include <string>

#include "history/record.hpp"

namespace ci::report {

// Returns what was done, how long the packages took and whether the budget was met; for a job that failed, the first
// thing that failed.
std::string verdict(const history::Record& record);

// Returns "within the budget of ..." or "over the budget of ..."; "" when no budget was judged.
std::string budget_verdict(const history::Record& record);

}  // namespace ci::report
