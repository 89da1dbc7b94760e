#pragma once
// The parts of a row that a database keeps as JSON.
#include <map>
#include <string>
#include <vector>

#include "history_store/row.hpp"

namespace ci::history_store {

// Returns {"NAME": [VALUE, "UNIT"], ...}.
std::string metrics_text(const std::map<std::string, Measure>& metrics);
// Returns what metrics_text() made a text of; what is no such text has no metrics.
std::map<std::string, Measure> metrics_in(const std::string& text);

// Returns ["STEP", ...]; "" for none.
std::string steps_text(const std::vector<std::string>& steps);
std::vector<std::string> steps_in(const std::string& text);

}  // namespace ci::history_store
