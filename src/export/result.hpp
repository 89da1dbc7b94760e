#pragma once
// How a job ended, in the words of OpenTelemetry's semantic conventions for CI/CD.
#include <string_view>

#include "history/record.hpp"

namespace ci::exporter {

// Whether the job is over. What runs still, or was killed, has neither result nor duration.
bool is_finished(const history::Record& record);

// Returns the value of cicd.pipeline.result: success, failure, error, timeout, cancellation or skip; "" while the job
// is not over. `failure` is the code's fault, `error` that of what it ran on: an exit code of 4 (packages, tools or
// caches that were required are not there), 69, 70, 74 or 77 (docs/MANUAL.md, "Exit codes").
std::string_view result_word(const history::Record& record);

// Whether the job worked, and whether it did not: a cancelled or skipped one is neither.
bool has_succeeded(const history::Record& record);
bool has_failed(const history::Record& record);

// Returns the moment the job was over; its start and duration say it where the record does not.
base::TimePoint end_of(const history::Record& record);

// Returns `start` + `seconds`; a number that no job can have counts as the nearest one that it can.
base::TimePoint after(base::TimePoint start, double seconds);

}  // namespace ci::exporter
