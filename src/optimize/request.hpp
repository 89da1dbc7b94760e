#pragma once
// A job to be run, with every default filled in.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apt/settings.hpp"
#include "base/result.hpp"
#include "golang/go_key.hpp"
#include "history/retention.hpp"
#include "optimize/configuration.hpp"
#include "optimize/history_place.hpp"
#include "platform/platform.hpp"
#include "smoke/smoke_test.hpp"

namespace ci::optimize {

// The Go module of a job, and the binary that is built from it.
struct GoRequest {
  golang::GoKeyRequest key;             // without a binary only the caches are kept
  std::vector<smoke::SmokeTest> guard;  // none: the binary with --version
  base::Duration build_deadline = std::chrono::minutes(30);
  base::Duration wait = std::chrono::minutes(5);
  GoModules modules = GoModules::automatic;
  GoSave save = GoSave::default_branch;
  std::uint64_t limit = std::uint64_t{4} << 30;  // bytes of the build cache
  GoRestore restore = GoRestore::when_building;
  bool times_from_contents = false;
};

struct Request {
  std::optional<apt::Settings> apt;  // nothing when no package is asked for
  std::string cache_store;           // URL; "" = no cache
  apt::Cache cache;                  // its store is opened from the URL
  std::vector<cache::CacheSpec> caches;
  std::optional<GoRequest> go;
  std::string caches_store;  // URL of these and of Go's; "" = they are skipped
  bool caches_may_save = true;
  std::string cache_version;
  std::filesystem::path state;  // where to leave the caches' state for `optimize --finish`; "" = they are saved here
  std::vector<smoke::SmokeTest> smoke;
  base::Duration budget = std::chrono::seconds(73);
  Gate budget_gate = Gate::warn;
  Gate regression_gate = Gate::off;
  std::optional<platform::Monotonic> deadline;
  bool summary = true;
  bool annotations = true;
  CheckRun check = CheckRun::off;
  std::string check_name;               // "" = made of the workflow's and the job's names
  std::optional<HistoryPlace> history;  // nothing: no record is kept
  history::Retention retention;
};

// Fills in what `configuration` leaves open, from the environment where it says. `program` is the path of this program.
// Error: data, naming every malformed value; environment, when there is nowhere to keep records.
base::Result<Request> make_request(const Configuration& configuration, const platform::Platform& platform,
                                   std::string program);

// Returns how long something may take that may take `most` by itself: no longer than until the run's deadline, and at
// least a millisecond.
base::Duration time_left(const Request& request, const platform::Clock& clock, base::Duration most);

}  // namespace ci::optimize
