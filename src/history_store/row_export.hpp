#pragma once
// Rows for other programs.
#include <string>
#include <vector>

#include "base/json.hpp"
#include "history_store/row.hpp"

namespace ci::history_store {

// Returns the row under the names of its record: texts, numbers, "matrix" and "metrics" as objects.
base::Json to_json(const Row& row);

// Returns comma-separated values (RFC 4180) with a heading: the row's fields, then a column "metric.NAME" for each
// metric that any of the rows has. A text that a spreadsheet would take for a formula has an apostrophe in front.
std::string csv(const std::vector<Row>& rows);

}  // namespace ci::history_store
