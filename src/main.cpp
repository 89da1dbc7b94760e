// argv and environment in, exit code out.
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "apt/stand_in.hpp"
#include "build_info.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/delta_command.hpp"
#include "history_store/postgres_password.hpp"
#include "optimize/exit_code.hpp"
#include "platform/become.hpp"
#include "platform/curl_http.hpp"
#include "platform/process_runner.hpp"
#include "platform/signal_cancellation.hpp"
#include "platform/system_clock.hpp"
#include "platform/system_environment.hpp"

namespace {

using namespace ci;

base::Result<int> dispatch(const cli::CommandLine& line, const platform::Platform& platform) {
  using cli::CommandName;
  switch (line.command) {
    case CommandName::optimize:
      return cli::run_optimize(line, platform);
    case CommandName::apt_install:
    case CommandName::apt_plan:
    case CommandName::apt_status:
      return cli::run_apt(line, platform);
    case CommandName::cache_restore:
    case CommandName::cache_save:
    case CommandName::cache_list:
    case CommandName::cache_prune:
      return cli::run_cache(line, platform);
    case CommandName::hash_files:
      return cli::run_hash_files(line, platform);
    case CommandName::key_apt:
    case CommandName::key_go_modules:
    case CommandName::key_go_build:
    case CommandName::key_binary:
    case CommandName::key_cache:
      return cli::run_key(line, platform);
    case CommandName::history_export:
      return cli::run_history_export(line, platform);
    case CommandName::report_terminal:
    case CommandName::report_html:
    case CommandName::report_summary:
      return cli::run_report(line, platform);
    case CommandName::history_list:
    case CommandName::history_show:
    case CommandName::history_import:
    case CommandName::history_prune:
      return cli::run_history(line, platform);
    case CommandName::history_changes:
    case CommandName::history_flaky:
      return cli::run_history_insight(line, platform);
    case CommandName::smoke:
      return cli::run_smoke(line, platform);
    case CommandName::doctor:
      return cli::run_doctor(line, platform);
    case CommandName::report_check:
      return cli::run_report_check(line, platform);
    case CommandName::schema:
      std::puts(optimize::configuration_schema().pretty().c_str());
      return optimize::kDone;
    case CommandName::delta_snapshot:
    case CommandName::delta_changes:
    case CommandName::delta_fingerprint:
    case CommandName::delta_capture:
    case CommandName::delta_restore:
    case CommandName::delta_clean:
      return cli::run_delta(line, platform);
    case CommandName::fetch:
      return cli::run_fetch(line, platform);
    case CommandName::become:
    case CommandName::show_text:
      break;
  }
  std::fputs(line.text.c_str(), stdout);
  return optimize::kDone;
}

int run(const std::vector<std::string>& arguments, const platform::Environment& environment) {
  const auto line = cli::parse_command_line(arguments);
  if (!line) {
    platform::TerminalLog(environment, STDERR_FILENO, platform::Verbosity::normal, platform::Style::automatic)
        .error(line.error());
    return optimize::exit_code(line.error().kind, 0);
  }
  if (line->command == cli::CommandName::show_text) {
    std::fputs(line->text.c_str(), stdout);
    return optimize::kDone;
  }
  platform::TerminalLog log(environment, STDERR_FILENO, line->verbosity, line->style);
  if (line->command == cli::CommandName::become) {
    log.error(platform::become(line->arguments, line->sync));
    return 127;
  }

  const platform::SignalCancellation cancellation;
  platform::SystemClock clock(cancellation);
  platform::SystemProcessRunner processes(clock, cancellation);
  platform::CurlHttp http(environment, clock, cancellation, std::string("ci-optimizer/") + kVersion);
  for (const char* secret : {"INPUT_GITHUB-TOKEN", "GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "AWS_SECRET_ACCESS_KEY",
                             "AWS_SESSION_TOKEN", "PGPASSWORD"})
    log.add_secret(environment.get(secret));
  for (const auto& store : {environment.get("INPUT_HISTORY"), line->configuration.history.value_or("")}) {
    for (const auto& password : history_store::part_password(store).passwords) log.add_secret(password);
  }
  if (!line->log_file.empty()) {
    if (const auto copying = log.copy_to(line->log_file, clock); !copying) {
      log.error(copying.error());
      return optimize::exit_code(copying.error().kind, 0);
    }
  }
  const platform::Platform platform{clock, environment, processes, http, log, cancellation};
  const auto code = dispatch(*line, platform);
  if (!code) {
    log.error(code.error());
    return optimize::exit_code(code.error().kind, cancellation.signal());
  }
  return *code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const ci::platform::SystemEnvironment environment;
    if (const auto code = ci::apt::run_stand_in(argv[0], arguments, environment)) return *code;
    return run(arguments, environment);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ci-optimizer: error: a bug in ci-optimizer: %s\n", error.what());
    return ci::optimize::kBug;
  }
}
