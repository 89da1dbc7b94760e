#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "apt/installation.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "optimize/exit_code.hpp"
#include "optimize/run.hpp"
#include "platform/become.hpp"

namespace ci::cli {
namespace {

// A table of packages for people; "requested" ones first.
std::string package_table(const history::AptOutcome& apt) {
  std::vector<const history::Package*> packages;
  for (const auto& package : apt.packages) packages.push_back(&package);
  std::stable_sort(packages.begin(), packages.end(),
                   [](const auto* a, const auto* b) { return a->requested > b->requested; });
  std::size_t width = 0;
  for (const auto* package : packages) width = std::max(width, package->name.size());
  std::string text;
  std::int64_t bytes = 0;
  for (const auto* package : packages) {
    text += fmt::format("{:<{}}  {:<9}  {}{}\n", package->name, width, history::word(package->status), package->version,
                        package->download_bytes > 0 ? "  " + base::human_bytes(package->download_bytes) : "");
    if (package->status == history::PackageStatus::pending) bytes += package->download_bytes;
  }
  if (bytes > 0) text += fmt::format("to download: {}\n", base::human_bytes(bytes));
  return text;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

// plan and status: the record of a question, which is not kept.
int answer(const CommandLine& line, const platform::Platform& platform, apt::InstallResult result) {
  int code = optimize::kDone;
  if (result.failure) code = optimize::exit_code(*result.failure, platform.cancellation.signal());
  for (const auto& problem : result.problems) {
    if (problem.level == history::Problem::Level::failure)
      platform.log.error({*result.failure, problem.message, problem.hint});
  }
  const bool all_there =
      std::all_of(result.outcome.packages.begin(), result.outcome.packages.end(),
                  [](const auto& package) { return package.status == history::PackageStatus::installed; });
  if (line.command == CommandName::apt_status && code == optimize::kDone && !all_there) code = optimize::kEnvironment;
  if (line.json) {
    history::Record record;
    record.apt = std::move(result.outcome);
    print(history::to_json(record)["apt"].pretty() + "\n");
  } else {
    print(package_table(result.outcome));
  }
  return code;
}

}  // namespace

base::Result<int> run_apt(const CommandLine& line, const platform::Platform& platform) {
  auto gathered = line;
  gathered.configuration.packages = line.arguments;
  if (line.command == CommandName::apt_install && !line.dry_run) return run_optimize(gathered, platform);

  auto configuration = gather_configuration(gathered, platform);
  if (!configuration) return base::fail(configuration.error());
  configuration->history = "off";
  auto program = platform::own_program();
  if (!program) return base::fail(program.error());
  auto request = optimize::make_request(*configuration, platform, *program);
  if (!request) return base::fail(request.error());
  apt::Installation installation(platform, *request->apt);
  const bool asks_status = line.command == CommandName::apt_status;
  return answer(line, platform, asks_status ? installation.status() : installation.plan());
}

}  // namespace ci::cli
