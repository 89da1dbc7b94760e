#include "apt/archive_fetch.hpp"
#include "cli/commands.hpp"
#include "optimize/exit_code.hpp"
#include "platform/filesystem.hpp"

namespace ci::cli {

base::Result<int> run_fetch(const CommandLine& line, const platform::Platform& platform) {
  if (line.arguments.size() < 2) return base::fail(base::ErrorKind::usage, "a list and a folder are wanted");
  const auto text = platform::read_file(line.arguments[0]);
  if (!text) return base::fail(text.error());
  const auto list = apt::parse_fetch_list(*text);
  if (!list) return base::fail(list.error());
  const std::vector<std::string> options(line.arguments.begin() + 2, line.arguments.end());
  const auto fetched = apt::fetch_archives(platform.processes, *list, line.arguments[1], options);
  if (!fetched) return base::fail(fetched.error());
  return *fetched ? optimize::kDone : optimize::kEnvironment;
}

}  // namespace ci::cli
