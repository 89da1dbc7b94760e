#pragma once
// Whether a job fails by chance: it passed and failed on one and the same commit.
#include <cstddef>
#include <span>
#include <string>

namespace ci::statistics {

// One time that the job ran to its end.
struct Trial {
  std::string commit;
  double days_ago = 0;
  bool failed = false;
  bool shared = false;  // the failure was shared by many jobs (see is_shared_failure)
};

// Whether a failure is more likely that of the runner, the network or a service than the job's: at least three jobs,
// and at least half of those that ended in the same attempt of the same run, failed.
bool is_shared_failure(std::size_t failed_jobs, std::size_t ended_jobs);

struct FlakyRule {
  double window_days = 14;          // how long a failure by chance is held against the job,
  std::size_t clearing_passes = 5;  // unless it has passed this often in a row since
  double half_life_days = 7;        // after which a trial counts half in the score
  double prior_failures = 0.4;      // what is believed before anything was seen: 2 % failures, with the weight of 20
  double prior_passes = 19.6;       // trials
};

enum class FlakyState {
  steady,   // no failure by chance in the window
  cleared,  // one, and enough passes since
  flaky,
};

struct Flakiness {
  FlakyState state = FlakyState::steady;
  double score = 0;  // the mean of the Beta posterior: how probable it is that the next run fails by chance
  double low = 0;    // its 95 % interval
  double high = 1;
  std::size_t trials = 0;           // all but the excluded ones
  std::size_t chance_failures = 0;  // on commits where it passed too
  std::size_t flipped_commits = 0;
  std::size_t excluded = 0;      // failures that many jobs shared
  std::size_t passes_since = 0;  // in a row, at the end
};

// Returns what the trials, in the order of time, tell. A failure on a commit that never passed says nothing about
// chance, and counts neither way.
Flakiness flakiness(std::span<const Trial> trials, const FlakyRule& rule = {});

}  // namespace ci::statistics
