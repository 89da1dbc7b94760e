#pragma once
// The main job: the features in their order, and the record of what they did.
#include "history/record.hpp"
#include "optimize/earlier_jobs.hpp"
#include "optimize/job_state.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

// Installs the packages, runs the smoke tests and judges the budget. Fills in everything of `record` but who it belongs
// to; on return it is in a final state and has its exit code. Whatever fails is told in record.problems. Returns what
// is left to do at the end of the whole job, where the request says that somebody will (Request::state); else it is
// done already. `earlier`: what is known of the job's earlier runs.
JobState run_job(const platform::Platform& platform, const Request& request, history::Record& record,
                 EarlierJobs& earlier);

}  // namespace ci::optimize
