#include <cstdio>

#include "action/publish.hpp"
#include "cli/commands.hpp"
#include "github/context.hpp"
#include "optimize/request.hpp"
#include "optimize/run.hpp"
#include "platform/become.hpp"
#include "report/terminal_report.hpp"

namespace ci::cli {

base::Result<int> run_optimize(const CommandLine& line, const platform::Platform& platform) {
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
  const auto request = optimize::make_request(*configuration, platform, std::move(*program));
  if (!request) return base::fail(request.error());

  const auto record = optimize::run(platform, *request, github::from_environment(platform.environment));
  action::publish(platform, *request, record);
  if (line.json) {
    std::fputs((history::to_json(record).pretty() + "\n").c_str(), stdout);
  } else {
    std::fputs(report::terminal_report(record).c_str(), stdout);
  }
  return *record.exit_code;
}

}  // namespace ci::cli
