#pragma once
// The end of a job whose beginning left a state (`optimize --finish`): the action's post step.
#include <vector>

#include "github/context.hpp"
#include "history/record.hpp"
#include "optimize/job_state.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

struct Finished {
  std::vector<history::CacheOutcome> caches;
  std::optional<history::Record> record;  // of a job whose main step was killed, as it is now
};

// Saves what is worth saving of the caches that `state` tells of, and writes it into the job's record; ends the job in
// the place of a main step that could not. `end`: how the job ended, as whoever calls this knows. What fails is a
// warning.
Finished finish(const platform::Platform& platform, JobState state, JobEnd end, const github::Context& context);

}  // namespace ci::optimize
