#pragma once
// The record of one job run: what happened, in plain values. Schema: docs/schemas/record.schema.json.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "history/status.hpp"

namespace ci::history {

// Seed 0's SystemPackage.
struct Package {
  std::string id;  // UUID
  std::string name;
  std::string version;       // "" until known
  std::string architecture;  // "" until known
  bool requested = false;    // asked for by name, not drawn in as a dependency
  PackageStatus status = PackageStatus::pending;
  std::int64_t download_bytes = 0;
  std::int64_t installed_bytes = 0;
  double seconds = 0;  // spent by dpkg on this package
};

struct Phase {
  std::string name;  // mend, plan, restore, snapshot, update, download, unpack, configure, triggers, capture, copy
  double seconds = 0;
  std::int64_t bytes = 0;
};

struct WhyNot {
  std::string tier;
  std::string reason;
};

struct AptOutcome {
  std::string tier = "none";  // none: nothing was missing; delta: restored; debs, network: installed by apt
  std::vector<WhyNot> why_not;
  std::vector<Phase> phases;
  std::vector<Package> packages;
  double seconds = 0;
};

// One cache of the run: what came from it and what it cost.
struct CacheOutcome {
  std::string name;                 // "apt", ...
  std::string key;                  // under which it was or would be saved
  std::string matched_key;          // of the entry that was found; "" = none
  std::string outcome = "skipped";  // exact, prefix, miss, skipped
  std::string reason;               // why it was no hit, or was not saved
  std::int64_t bytes = 0;           // of the archive
  std::string base_key;             // of the entry that the archive is a delta over; "" = it is a whole entry
  std::int64_t base_bytes = 0;      // of that entry's archive
  double restore_seconds = 0;
  double save_seconds = 0;
  // Against the installation that the entry was made of, or the median of the jobs that lacked it; below 0 when it cost
  // time.
  std::optional<double> seconds_saved;
  std::optional<double> cold_seconds;  // of a miss: from there to the end of the job
};

// Whether an entry was restored: that of the key, or of a restore key.
inline bool is_hit(const CacheOutcome& cache) {
  return cache.outcome == "exact" || cache.outcome == "prefix";
}

// Seed 1's BinaryCacheEntry.
struct BinaryEntry {
  std::string key;
  std::vector<std::string> paths;
  std::int64_t size_bytes = 0;                // of the binary
  std::optional<base::TimePoint> created_at;  // when the entry was saved; nothing while there is none
  std::string origin_job;                     // that saved it
  std::vector<BinaryState> states;            // that this job has seen it in, in their order
  std::string reason;                         // why it was built, or could not be saved; "" when it was restored
  double build_seconds = 0;                   // 0 when it was not built here
  double wait_seconds = 0;                    // for another job that was building it
};

// Seed 1's GoModuleCache: the module cache and the build cache.
struct GoModuleCache {
  std::string key;  // of the modules
  std::vector<std::string> paths;
  bool hit = false;
  std::optional<base::TimePoint> last_updated;  // when the entry was saved that was restored
  GoCacheState state = GoCacheState::cold;
};

struct GoOutcome {
  std::string toolchain;  // "go1.22.3"; "" when it could not be asked
  std::optional<GoModuleCache> cache;
  std::optional<BinaryEntry> binary;
};

struct SmokeOutcome {
  std::string command;
  SmokeStatus status = SmokeStatus::skipped;
  int exit_code = 0;
  double seconds = 0;
  std::string reason;  // why it failed; "" when it passed
  std::string output;  // the end of what it printed, when it failed
};

// Seed 0's PerformanceMetric.
struct Metric {
  std::string id;  // UUID
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> threshold;
  Verdict verdict = Verdict::unknown;
};

// One thing that went wrong, told so that a person can act on it.
struct Problem {
  enum class Level { warning, failure };
  Level level = Level::failure;
  std::string step;    // apt, smoke, budget, report, ...
  std::string kind;    // the class: "stalled", "http-404", "hash-mismatch", "unknown-package", ...
  std::string phase;   // "" when the step has none
  std::string host;    // the server concerned, "" when none
  double seconds = 0;  // elapsed in the phase when it went wrong
  std::string message;
  std::string hint;
};

// A job that this one needs.
struct Need {
  std::string job;
  std::string result;  // in GitHub's words: success, failure, cancelled, skipped
  std::string reason;  // why it failed, where that is known
};

// What the job ran on: times of unlike runners are never compared.
struct Runner {
  std::string os;            // as in keys: "ubuntu 24.04"
  std::string architecture;  // "x64", "arm64"
  std::string image;         // of GitHub's hosted runners: "ubuntu24"; "" elsewhere
  std::string image_version;
  friend bool operator==(const Runner&, const Runner&) = default;
};

// A stretch of the job's time. Spans of one lane follow one another; those of two may overlap.
struct Span {
  std::string lane;  // the part of the job: apt, caches, go, smoke, ...
  std::string name;  // a phase, a cache, a test
  double start = 0;  // seconds after the job's start
  double seconds = 0;
};

// Seed 0's CIJob with attempt, matrix, step and repository.
struct Record {
  std::string id;  // UUID
  std::string repository;
  std::string workflow;
  std::string job;
  std::map<std::string, std::string> matrix;
  std::string step;  // of the job, as GITHUB_ACTION names it; "" outside GitHub Actions and in older records
  std::string run_id;
  int run_attempt = 1;
  std::string branch;
  std::string default_branch;  // of the repository; "" when it is not known
  std::string commit_sha;
  Runner runner;
  JobStatus status = JobStatus::pending;
  std::optional<int> exit_code;  // nothing while the job runs
  base::TimePoint started_at;
  std::optional<base::TimePoint> ended_at;
  double seconds = 0;
  std::optional<AptOutcome> apt;  // nothing when no packages were asked for
  std::vector<Need> needs;
  bool artifact_required = false;  // a binary that another job may have built
  std::vector<CacheOutcome> caches;
  std::optional<GoOutcome> go;  // nothing when no Go module was asked for
  std::vector<SmokeOutcome> smoke;
  std::vector<Span> spans;  // in the order of their starts
  std::vector<Metric> metrics;
  std::vector<Problem> problems;
  std::string check_run_url;
  std::string record_path;
  std::string report_path;
};

// Returns how people are told of a step: its id; of one without an id GitHub's name for it ("org_ci-optimizer_2"), or
// "" when it is the first of its action in the job.
std::string step_label(std::string_view step);

// Returns the matrix values as NAME=VALUE, sorted, with `separator` between them.
std::string matrix_text(const Record& record, std::string_view separator);

// The document that is stored and printed.
base::Json to_json(const Record& record);
// The element of its "caches".
base::Json to_json(const CacheOutcome& cache);

}  // namespace ci::history
