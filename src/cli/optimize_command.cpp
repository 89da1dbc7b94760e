#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "action/publish.hpp"
#include "cli/commands.hpp"
#include "github/context.hpp"
#include "history_store/postgres_location.hpp"
#include "history_store/postgres_password.hpp"
#include "optimize/exit_code.hpp"
#include "optimize/finish.hpp"
#include "optimize/request.hpp"
#include "optimize/run.hpp"
#include "platform/become.hpp"
#include "platform/filesystem.hpp"
#include "report/summary.hpp"
#include "report/terminal_report.hpp"

namespace ci::cli {
namespace {

// How the whole job ended. The action's input says it, evaluated anew for the post step; without the action nobody but
// the caller knows.
optimize::JobEnd end_of_job(const CommandLine& line, const platform::Platform& platform) {
  if (!line.job_status.empty()) return optimize::job_end(line.job_status);
  if (line.action) return optimize::job_end(platform.environment.get("INPUT_JOB-STATUS"));
  return optimize::JobEnd::success;
}

// The state has no password. Where the job's beginning had one from the inputs or the configuration, its end has it
// from there too; PGPASSWORD needs no help.
std::string with_password(std::string history, const CommandLine& line, const platform::Platform& platform) {
  if (!history_store::is_postgres_url(history)) return history;
  const auto configuration = gather_configuration(line, platform);
  const auto named = configuration ? configuration->history.value_or("") : std::string();
  return history_store::part_password(named).url == history ? named : history;
}

base::Result<int> finish(const CommandLine& line, const platform::Platform& platform) {
  auto state = optimize::read_state(line.state);
  if (!state) return base::fail(state.error());
  state->history = with_password(state->history, line, platform);
  const auto [outcomes, record] =
      optimize::finish(platform, *state, end_of_job(line, platform), github::from_environment(platform.environment));
  const auto file = platform.environment.get("GITHUB_STEP_SUMMARY");
  // A main step that was killed has written no summary.
  const auto told = record ? report::summary(*record, nullptr) : report::caches_table(outcomes);
  if (!file.empty() && state->summary && !told.empty()) {
    const auto written = platform::append_file(file, told);
    if (!written) platform.log.warning("cannot write the job summary: " + written.error().message);
  }
  if (line.json) {
    base::Json caches = base::Json::array();
    for (const auto& outcome : outcomes) caches.push(to_json(outcome));
    std::puts(base::Json::object().set("caches", std::move(caches)).pretty().c_str());
  }
  return optimize::kDone;
}

}  // namespace

base::Result<int> run_optimize(const CommandLine& line, const platform::Platform& platform) {
  if (line.finish) return finish(line, platform);
  // Before the working directory changes.
  const auto state = line.state.empty() ? std::filesystem::path() : std::filesystem::absolute(line.state);
  const auto configuration = gather_configuration(line, platform);
  if (!configuration) return base::fail(configuration.error());
  if (line.dry_run) {
    auto plan = line;
    plan.command = CommandName::apt_plan;
    plan.arguments = configuration->packages.value_or(std::vector<std::string>{});
    return run_apt(plan, platform);
  }
  auto program = platform::own_program();
  if (!program) return base::fail(program.error());
  auto request = optimize::make_request(*configuration, platform, std::move(*program));
  if (!request) return base::fail(request.error());
  request->state = state;

  const auto [record, insight] = optimize::run(platform, *request, github::from_environment(platform.environment));
  action::publish(platform, *request, record, insight ? &*insight : nullptr);
  if (line.json) {
    std::fputs((history::to_json(record).pretty() + "\n").c_str(), stdout);
  } else {
    const auto terminal = platform::terminal_of(platform.environment, STDOUT_FILENO, line.style);
    std::fputs(report::terminal_report(record, insight ? &*insight : nullptr, terminal).c_str(), stdout);
  }
  return *record.exit_code;
}

}  // namespace ci::cli
