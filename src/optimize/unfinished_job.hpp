#pragma once
// What is left of a job whose main step was killed, or could not reach GitHub at its end.
#include <optional>

#include "github/context.hpp"
#include "history/record.hpp"
#include "optimize/job_state.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

// Ends in its place what `state` tells of: the record, which would say for ever that the job runs, and the check run.
// `end`: how the whole job ended. Returns the record if it was not over. What fails is a warning.
std::optional<history::Record> end_unfinished_job(const platform::Platform& platform, const JobState& state, JobEnd end,
                                                  const github::Context& context);

}  // namespace ci::optimize
