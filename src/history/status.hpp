#pragma once
// The states of a job and of a package, with the words that others use for them.
#include <string_view>

#include "base/result.hpp"

namespace ci::history {

enum class JobStatus { pending, running, success, failure, cancelled, timed_out, skipped };
enum class PackageStatus { pending, installed, failed };
enum class Verdict { met, missed, unknown };
enum class SmokeStatus { passed, failed, timed_out, skipped };
// Of seed 1's BinaryCacheEntry: there is none; this job saved the first; it was restored; this job saved another one.
enum class BinaryState { missing, seeded, restored, updated };
// Of seed 1's GoModuleCache: nothing was restored; something was; it was saved again.
enum class GoCacheState { cold, warm, updated };

// The word in our records.
std::string_view word(JobStatus status);
std::string_view word(PackageStatus status);
std::string_view word(Verdict verdict);
std::string_view word(SmokeStatus status);
std::string_view word(BinaryState state);
std::string_view word(GoCacheState state);

// The word of seed 0's CIJob: pending, running, completed or failed.
std::string_view ci_job_word(JobStatus status);
// The conclusion of a GitHub check run; "" while the job is not over.
std::string_view check_conclusion(JobStatus status);

// Moves a job on: pending -> running -> one of the final states, or pending -> skipped. Error: bug; `status` then
// stays as it was.
base::Result<void> advance(JobStatus& status, JobStatus next);
// Moves a package on: pending -> installed or failed. Error: bug; `status` then stays as it was.
base::Result<void> advance(PackageStatus& status, PackageStatus next);

}  // namespace ci::history
