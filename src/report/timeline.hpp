#pragma once
// What a job did, step by step, and how much of its time no step accounts for.
#include <cstdint>
#include <string>
#include <vector>

#include "history/record.hpp"

namespace ci::report {

// A stretch of time, in seconds after the job's start.
struct Stretch {
  double start = 0;
  double seconds = 0;
};

struct Step {
  std::string lane;  // the part of the job, as in Record::spans
  std::string name;
  std::vector<Stretch> stretches;  // a step may come in several turns
  double seconds = 0;              // of all of them
  std::int64_t bytes = 0;          // 0 when none were counted
};

struct Timeline {
  std::vector<Step> steps;         // those that took any time
  std::vector<Stretch> elsewhere;  // when no step ran
  double seconds = 0;              // from the job's start to the end of the last step
  bool measured = false;     // the record tells when each step began; else they follow one another in the job's order
  bool saved_after = false;  // caches were saved after the job's own time was taken

  // Seconds of the job that no step accounts for.
  [[nodiscard]] double elsewhere_seconds() const;
};

// Returns the steps of `record`: its spans, or, where it has none, what it tells of caches restored, phases of apt, the
// Go binary, smoke tests and caches saved, in this order. Of more than `most` steps, those of a lane become one.
Timeline timeline(const history::Record& record, std::size_t most = 60);

}  // namespace ci::report
