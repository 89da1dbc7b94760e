#pragma once
// The action's outputs (action.yml, "outputs").
#include <map>
#include <string>

#include "history/record.hpp"

namespace ci::action {

// Returns the value of every output, so that no expression of a workflow ever finds one missing. What is not known is
// ""; hits are always "true" or "false".
std::map<std::string, std::string> outputs(const history::Record& record);

}  // namespace ci::action
