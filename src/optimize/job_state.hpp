#pragma once
// What a job's beginning leaves for its end: in memory, or in a file between the action's main and post steps.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cache/full_entry.hpp"
#include "cache/paths_key.hpp"
#include "history/record.hpp"
#include "optimize/request.hpp"
#include "platform/log.hpp"
#include "report/check_report.hpp"

namespace ci::optimize {

enum class CacheKind { paths, go_modules, go_build };

// One of the job's caches after its restore.
struct CacheState {
  history::CacheOutcome outcome;
  std::vector<std::string> paths;    // patterns
  std::string series;                // what the keys of all its entries on this system begin with
  key::Parts parts;                  // of its key
  std::string tree;                  // PathSet::state() after the restore, in hexadecimal; "" when unknown
  std::vector<double> cold_seconds;  // of the entry that was restored
  cache::SaveWhen save = cache::SaveWhen::success;
  CacheKind kind = CacheKind::paths;
  std::string unsaved;                     // why this job does not save it, whatever happens; "" = it may
  base::TimePoint used_since;              // of a Go cache: what is younger was used by this job
  std::uint64_t limit = 0;                 // of Go's build cache: bytes
  std::vector<std::string> go_sums;        // of Go's module cache: files that name what it is to hold
  std::size_t actions = 0;                 // of Go's build cache: that were there after the restore
  std::optional<cache::FullEntry> full{};  // of Go's build cache: what a delta may be made over
};

enum class JobEnd { success, failure, cancelled, unknown };

struct JobState {
  std::string store;  // URL
  std::string workspace;
  bool may_save = true;
  JobEnd end = JobEnd::success;  // as far as the main step knows; unknown = it has not come to its end
  base::TimePoint restored_at;   // when the caches were in place
  std::string record_path;       // "" when no record is kept
  std::string history;           // the history store that the record is in; "" when none is kept
  std::string spool;             // where the record waits while that store is down; "" = nowhere
  bool summary = true;
  std::vector<CacheState> caches;
  std::optional<report::OpenCheck> check;  // that is still to be completed
};

// Returns the state of a job that is at work: whoever finds it must end the job in its place.
JobState unfinished_state(const Request& request, const history::Record& record);

// Says in `state` where `record` is kept, and whether there is to be a summary of it.
void tell_of_record(JobState& state, const Request& request, const history::Record& record);

// Writes the state to `file`. Error: io.
base::Result<void> write_state(const std::filesystem::path& file, const JobState& state);

// Leaves `state` in `file` for somebody who is to do what it tells of, or nothing when there is nothing to be done.
// What fails is a warning.
void leave_state(const std::filesystem::path& file, const JobState& state, platform::Log& log);

// Error: io; data when it is no state of this version.
base::Result<JobState> read_state(const std::filesystem::path& file);

// Returns the end that a word of GitHub's job.status names; unknown for any other.
JobEnd job_end(std::string_view status);

}  // namespace ci::optimize
