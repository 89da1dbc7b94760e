#pragma once
// Records for chrome://tracing and Perfetto.
#include <vector>

#include "base/json.hpp"
#include "history/record.hpp"

namespace ci::exporter {

// Returns the finished records in the Trace Event Format: a job is a process, each of its lanes a thread, each stretch
// of time a complete event ("X") in microseconds since the first job began.
base::Json chrome_trace(const std::vector<history::Record>& records);

}  // namespace ci::exporter
