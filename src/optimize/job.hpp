#pragma once
// The main job: the features in their order, and the record of what they did.
#include <functional>
#include <vector>

#include "history/record.hpp"
#include "optimize/earlier_jobs.hpp"
#include "optimize/job_state.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

// What is asked once the job has ended and before its end is final: returns problems to be told. One of level failure
// fails a job that had succeeded, with the exit code of a missed budget.
using Judge = std::function<std::vector<history::Problem>(const history::Record& ended)>;

// Installs the packages, runs the smoke tests and judges the budget. Fills in everything of `record` but who it belongs
// to; on return it is in a final state and has its exit code. Whatever fails is told in record.problems. Returns what
// is left to do at the end of the whole job, where the request says that somebody will (Request::state); else it is
// done already. `earlier`: what is known of the job's earlier runs.
JobState run_job(const platform::Platform& platform, const Request& request, history::Record& record,
                 EarlierJobs& earlier, const Judge& judge);

}  // namespace ci::optimize
