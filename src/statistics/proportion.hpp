#pragma once
// How much a count of successes tells about the rate behind it.
#include <cstdint>

namespace ci::statistics {

struct Proportion {
  std::int64_t successes = 0;
  std::int64_t trials = 0;
  double rate = 0;  // successes / trials; 0 of none
  double low = 0;   // the interval that covers the true rate with the confidence asked for
  double high = 1;
};

// Returns the rate with its score interval (Wilson 1927), which stays inside 0 to 1 and says something even when all
// succeed: 29 of 30 are 0.833 to 0.994, so they can neither confirm nor refute a target of 0.95.
Proportion wilson(std::int64_t successes, std::int64_t trials, double confidence = 0.95);

enum class TargetVerdict { met, missed, undecided };

// Whether the rate reaches `target`: undecided while the interval holds both answers.
TargetVerdict judge_target(const Proportion& proportion, double target);

// Returns how many runs are needed to see a failure that comes at `rate` (above 0, below 1) at least once with
// probability `chance`: 59 for 5 %, 29 for 10 %, 14 for 20 %.
std::int64_t runs_to_see(double rate, double chance = 0.95);

// Returns the highest failure rate that may go unseen in `runs` runs with probability 1 - `chance`; 1 for no runs.
double rate_unseen_in(std::int64_t runs, double chance = 0.95);

}  // namespace ci::statistics
