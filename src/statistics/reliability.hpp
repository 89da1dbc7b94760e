#pragma once
// How often a job breaks and how soon it is mended (seed 4: mean time between failures, recovery time).
#include <cstddef>
#include <optional>
#include <span>

namespace ci::statistics {

// One run that ended by itself. What was cancelled or skipped is no failure and does not belong here.
struct RunEnd {
  double ended = 0;  // seconds since any fixed moment
  bool failed = false;
};

struct Reliability {
  std::size_t runs = 0;
  std::size_t failures = 0;                // runs that failed
  std::size_t outages = 0;                 // failures in a row count as one
  std::size_t failures_in_a_row = 0;       // up to the last run
  std::optional<double> between_failures;  // seconds in which the last word was a success, for each outage
  std::optional<double> recovery;          // mean seconds from the end of the first failed run to the next success
};

// Returns what the runs, in the order of time, tell; no times while there was no outage, and no recovery while none has
// ended.
Reliability reliability(std::span<const RunEnd> runs);

// Seed 4's alert rule: two failures in a row.
constexpr std::size_t kAlarmingFailures = 2;
inline bool is_broken(const Reliability& reliability) {
  return reliability.failures_in_a_row >= kAlarmingFailures;
}

}  // namespace ci::statistics
