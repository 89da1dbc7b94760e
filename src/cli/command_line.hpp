#pragma once
// The command line as plain values.
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cache/archive_format.hpp"
#include "cli/history_selection.hpp"
#include "optimize/configuration.hpp"
#include "platform/become.hpp"
#include "platform/terminal_log.hpp"

namespace ci::cli {

enum class CommandName {
  show_text,
  optimize,
  apt_install,
  apt_plan,
  apt_status,
  cache_restore,
  cache_save,
  cache_list,
  cache_prune,
  hash_files,
  key_apt,
  key_go_modules,
  key_go_build,
  key_binary,
  key_cache,
  history_export,
  history_list,
  history_show,
  history_changes,
  history_flaky,
  history_import,
  history_prune,
  report_terminal,
  report_html,
  report_summary,
  smoke,
  doctor,
  report_check,
  schema,
  become,
  fetch,
  delta_snapshot,
  delta_changes,
  delta_fingerprint,
  delta_capture,
  delta_restore,
  delta_clean
};

// What the `cache` commands are given.
struct CacheLine {
  std::string key;  // list, prune: what the keys begin with
  std::vector<std::string> restore_keys;
  std::vector<std::string> paths;
  std::string store;
  std::string parts_file;  // save: what `key --json` printed
  std::optional<base::Duration> budget;
  std::optional<base::Duration> older_than;
  std::size_t keep = 1;
  bool fail_on_miss = false;
  cache::ArchiveFormat format = cache::ArchiveFormat::native;
};

// What the `key` commands are given.
struct KeyLine {
  std::string module;  // a go.mod or its folder
  std::string binary;  // the file that is built
  std::string build;   // the command that builds it
  std::vector<std::string> tags;
};

// What records are exported as (docs/EXPORT.md).
enum class ExportFormat { prometheus, prometheus_history, otlp, trace, rules, json, csv };

// What `history export` is given.
struct ExportLine {
  ExportFormat format = ExportFormat::prometheus;
  std::string endpoint;  // where to send it; "" = nowhere
  std::string history;   // the store of records; "" = those that `arguments` name
  std::optional<base::Duration> since;
  std::optional<base::Duration> time;
};

// What the `history` commands are given.
struct HistoryLine {
  HistoryFilters filters;
  bool days = false;               // list: what was rolled up
  std::string metric = "seconds";  // changes
  std::optional<int> keep_days;
  std::optional<int> keep_runs;
};

struct CommandLine {
  CommandName command = CommandName::show_text;
  std::string text;                       // show_text: help or version, for standard output
  optimize::Configuration configuration;  // what the options say
  std::string config_file;
  std::string packages_file;
  std::string working_directory;
  std::string log_file;
  CacheLine cache;
  KeyLine key;
  HistoryLine history;
  ExportLine history_export;
  std::vector<std::string> arguments;  // package names, patterns, the command to become, ...
  std::string output;                  // report, export: the file to write; "" = standard output
  std::string root = "/";              // internal delta: the root file system to look at
  std::vector<std::string> excluded;   // internal delta: paths to leave out
  std::string socket;                  // internal delta: where to ask for the archive
  std::string fingerprint;             // internal delta: of the base
  double install_seconds = 0;          // internal delta: that the installation took
  std::string parts_file;              // internal delta: what the key is made of
  std::string entry;                   // internal delta: the key under which the archive is kept
  std::vector<std::string> packages;   // internal delta: what was asked for
  platform::Verbosity verbosity = platform::Verbosity::normal;
  platform::Style style = platform::Style::automatic;
  platform::Sync sync = platform::Sync::real;
  bool json = false;
  bool dry_run = false;
  bool exact = false;  // apt status: compare with what was restored or captured
  bool explain = false;
  bool follow_symbolic_links = false;
  bool action = false;     // inputs come from INPUT_* variables too
  bool finish = false;     // optimize: end the job whose beginning left `state`
  std::string state;       // optimize: the file between beginning and end
  std::string fail_on;     // doctor: the least severity that fails
  std::string job_status;  // optimize --finish: how the job ended, in GitHub's words
};

// Reads argv (without the program's name). Error: usage, with the nearest known word where one was misspelt.
base::Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace ci::cli
