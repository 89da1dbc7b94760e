#pragma once
// The commands: each turns options into a request, makes one call into a feature, and renders the answer.
#include "base/result.hpp"
#include "cli/command_line.hpp"
#include "optimize/configuration.hpp"
#include "platform/platform.hpp"

namespace ci::cli {

// Each returns the exit code. Error: what stopped the command before it could do its work.
base::Result<int> run_optimize(const CommandLine& line, const platform::Platform& platform);
base::Result<int> run_apt(const CommandLine& line, const platform::Platform& platform);
// `cache restore`, `save`, `list` or `prune`.
base::Result<int> run_cache(const CommandLine& line, const platform::Platform& platform);
base::Result<int> run_hash_files(const CommandLine& line, const platform::Platform& platform);
base::Result<int> run_key(const CommandLine& line, const platform::Platform& platform);
base::Result<int> run_doctor(const CommandLine& line, const platform::Platform& platform);
base::Result<int> run_history_export(const CommandLine& line, const platform::Platform& platform);
// `report`, `report html` or `report summary`.
base::Result<int> run_report(const CommandLine& line, const platform::Platform& platform);
// `history list`, `show`, `import` or `prune`.
base::Result<int> run_history(const CommandLine& line, const platform::Platform& platform);
base::Result<int> run_smoke(const CommandLine& line, const platform::Platform& platform);
// `report check`: the check runs of records that are there already.
base::Result<int> run_report_check(const CommandLine& line, const platform::Platform& platform);
// `internal fetch LIST FOLDER OPTION...`, for our own child with root rights (apt/archive_fetch.hpp).
base::Result<int> run_fetch(const CommandLine& line, const platform::Platform& platform);

// Goes into the working directory and returns what the options, the action's inputs (with --action) and the
// configuration file say together; their paths are relative to it. Error: data.
base::Result<optimize::Configuration> gather_configuration(const CommandLine& line, const platform::Platform& platform);

}  // namespace ci::cli
