#pragma once
// By what a check run is known: its name among people, its external id among our own runs.
#include <string>
#include <string_view>

#include "history/record.hpp"

namespace ci::report {

// Returns the name of the check run when none is configured: workflow, job, matrix values and step_label(), so that the
// check runs of one commit never replace one another.
std::string default_check_name(const history::Record& record);

// Returns RUN-ATTEMPT-JOB-MATRIX#STEP: one check run for each run, attempt, job, set of matrix values and step. One
// that would be too long ends with a digest of what is left out.
std::string external_id(const history::Record& record);

// Whether `id` is the external id of this step of this job, of this attempt or an earlier one.
bool is_of_same_step(std::string_view id, const history::Record& record);

}  // namespace ci::report
