#pragma once
// The Go part of a job: its caches and its binary.
#include <vector>

#include "history/record.hpp"
#include "optimize/earlier_jobs.hpp"
#include "optimize/job_state.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"

namespace ci::optimize {

struct GoResult {
  history::GoOutcome go;
  std::vector<CacheState> caches;               // to be saved when the job is over
  std::vector<history::CacheOutcome> outcomes;  // of these, and of the binary
  std::vector<history::SmokeOutcome> smoke;     // of the binary
  std::vector<history::Problem> problems;
  int exit_code = 0;
  bool by_deadline = false;
  base::TimePoint restored_at;  // when the caches were in place
};

// Restores the module cache and the build cache, and restores or builds the binary. A cache that cannot be restored
// is a warning; without Go only a job that wants a binary fails. `earlier`: see restore_caches().
GoResult run_go(const platform::Platform& platform, const Request& request, EarlierJobs& earlier);

// Whether any of Go's caches was saved: their state is then `updated`.
bool saved_go_cache(const std::vector<history::CacheOutcome>& outcomes);

}  // namespace ci::optimize
