#pragma once
// What a user may configure, from ci-optimizer.yml, the action's inputs or the command line. Each source fills in what
// it says; the stronger one wins key by key.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apt/configured_sources.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "cache/paths_key.hpp"
#include "smoke/smoke_test.hpp"

namespace ci::optimize {

enum class Gate { off, warn, fail };
enum class Ephemeral { automatic, yes, no };
enum class CheckRun { automatic, on, off };
enum class CacheMode { automatic, read, off };

// How the Go module cache is kept: automatic leaves out what a cold download was measured to be quicker than.
enum class GoModules { automatic, always, off };
// Which jobs save the Go build cache.
enum class GoSave { default_branch, always, never };
// Whether the Go caches are restored in a job whose binary was restored.
enum class GoRestore { when_building, always };
// Whether the files of the Go modules get times that follow from their contents.
enum class GoFileTimes { automatic, contents, keep };

// What `go:` says.
struct GoConfiguration {
  std::optional<std::string> module;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::string> binary;
  std::optional<std::string> build;
  std::optional<std::vector<smoke::SmokeTest>> smoke;  // of the binary
  std::optional<base::Duration> build_deadline;
  std::optional<base::Duration> wait;
  std::optional<GoModules> modules;
  std::optional<GoSave> save;
  std::optional<std::uint64_t> limit;  // bytes of the build cache
  std::optional<GoRestore> restore;
  std::optional<GoFileTimes> file_times;

  // Whether anything of it was said.
  [[nodiscard]] bool asked_for() const;
};

struct Configuration {
  std::optional<std::vector<std::string>> packages;
  std::optional<base::Duration> budget;
  std::optional<bool> recommends;
  std::optional<base::Duration> lists_max_age;
  std::optional<base::Duration> max_age;
  std::optional<Ephemeral> ephemeral;
  std::optional<base::Duration> stall;
  std::optional<double> min_rate;
  std::optional<std::vector<apt::SourceEntry>> sources;
  std::optional<std::vector<std::string>> mirrors;
  std::optional<base::Duration> update_deadline;
  std::optional<base::Duration> download_deadline;
  std::optional<base::Duration> install_deadline;
  std::optional<base::Duration> deadline;
  std::optional<CacheMode> cache;
  std::optional<std::string> cache_store;
  std::optional<std::string> cache_version;
  std::optional<std::vector<cache::CacheSpec>> caches;
  GoConfiguration go;
  std::optional<std::vector<smoke::SmokeTest>> smoke;
  std::optional<bool> summary;
  std::optional<bool> annotations;
  std::optional<CheckRun> check;
  std::optional<std::string> check_name;
  std::optional<std::string> history;  // "file:DIR" or "off"
  std::optional<int> keep_days;
  std::optional<int> keep_runs;
  std::optional<Gate> budget_gate;
  std::optional<Gate> regression_gate;
};

// Returns `strong` with what it leaves open taken from `weak`.
Configuration merge(Configuration strong, const Configuration& weak);

// Reads the text of a configuration file named `file`. Error: data; the message has a line "file:line:column: message"
// for every fault in it, with the nearest known key where one was misspelt.
base::Result<Configuration> parse_configuration(const std::string& text, const std::string& file);

// Reads `file`, or, where it is empty, ci-optimizer.yml or .github/ci-optimizer.yml below `folder` if there is one.
// Error: data (see parse_configuration, or no such file), io.
base::Result<Configuration> load_configuration(const std::string& file, const std::string& folder);

// The words of the options and inputs `gate`, `cache` and `report`. Nothing for any other word.
std::optional<Gate> parse_gate(std::string_view word);
std::optional<CacheMode> parse_cache_mode(std::string_view word);
// Fills in summary, annotations and check; false for any other word than auto, summary, check and off.
bool apply_report(std::string_view word, Configuration& configuration);

// The JSON Schema (draft 7) of the configuration file.
base::Json configuration_schema();

}  // namespace ci::optimize
