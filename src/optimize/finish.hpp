#pragma once
// The end of a job whose beginning left a state (`optimize --finish`): the action's post step.
#include <vector>

#include "history/record.hpp"
#include "optimize/job_state.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

// Saves what is worth saving of the caches that `state` tells of, and writes it into the job's record. `end`: how the
// job ended, as whoever calls this knows. Returns the caches' outcomes. What fails is a warning.
std::vector<history::CacheOutcome> finish(const platform::Platform& platform, JobState state, JobEnd end);

}  // namespace ci::optimize
