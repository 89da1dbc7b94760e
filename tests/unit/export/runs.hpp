#pragma once
// Records to be exported.
#include <string>

#include "history/record.hpp"

namespace ci::test {

inline base::TimePoint at(int second) {
  return base::TimePoint{std::chrono::seconds(1'763'700'000 + second)};
}

// A run of job `test` of o/r on main that began at `start` and took `seconds`.
inline history::Record run(int start, history::JobStatus status, double seconds = 60) {
  history::Record record;
  record.id = "id-" + std::to_string(start);
  record.repository = "o/r";
  record.workflow = "ci";
  record.job = "test";
  record.run_id = std::to_string(start);
  record.branch = "main";
  record.commit_sha = "c0ffee";
  record.runner.architecture = "x64";
  record.status = status;
  record.exit_code = status == history::JobStatus::success ? 0 : 2;
  record.started_at = at(start);
  record.ended_at = at(start) + std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
  record.seconds = seconds;
  return record;
}

inline history::CacheOutcome cache(const std::string& name, const std::string& outcome) {
  history::CacheOutcome made;
  made.name = name;
  made.outcome = outcome;
  return made;
}

}  // namespace ci::test
