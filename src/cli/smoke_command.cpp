#include <fmt/format.h>

#include <cstdio>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "optimize/exit_code.hpp"
#include "smoke/smoke_test.hpp"

namespace ci::cli {

base::Result<int> run_smoke(const CommandLine& line, const platform::Platform& platform) {
  const auto configuration = gather_configuration(line, platform);
  if (!configuration) return base::fail(configuration.error());
  if (!configuration->smoke || configuration->smoke->empty()) {
    return base::fail(base::ErrorKind::usage, "no smoke test", "give --run COMMAND, or smoke: in ci-optimizer.yml");
  }
  std::optional<platform::Monotonic> deadline;
  if (configuration->deadline) deadline = platform.clock.monotonic() + *configuration->deadline;
  history::Record record;
  record.smoke = smoke::run_smoke_tests(platform, *configuration->smoke, deadline);

  optimize::ExitCode exit;
  for (const auto& outcome : record.smoke) {
    const bool passed = outcome.status == history::SmokeStatus::passed;
    if (!passed) exit.add(optimize::kTestFailed);
    if (line.json) continue;
    std::printf("%-9s %s (%s)%s\n", std::string(history::word(outcome.status)).c_str(), outcome.command.c_str(),
                base::human_seconds(outcome.seconds).c_str(), passed ? "" : (": " + outcome.reason).c_str());
    if (!outcome.output.empty()) std::printf("%s\n", outcome.output.c_str());
  }
  if (line.json) std::printf("%s\n", history::to_json(record)["smoke"].pretty().c_str());
  if (platform.cancellation.signal() != 0) {
    exit.add(optimize::exit_code(base::ErrorKind::cancelled, platform.cancellation.signal()));
  }
  return exit.value();
}

}  // namespace ci::cli
