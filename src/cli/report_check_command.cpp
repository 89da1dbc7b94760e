#include <cstdio>

#include "cli/commands.hpp"
#include "github/context.hpp"
#include "optimize/exit_code.hpp"
#include "report/check_publication.hpp"
#include "report/foreign_records.hpp"

namespace ci::cli {

base::Result<int> run_report_check(const CommandLine& line, const platform::Platform& platform) {
  auto records = report::read_foreign_records({line.arguments.begin(), line.arguments.end()});
  if (!records) return base::fail(records.error());
  const auto publication = line.dry_run ? report::Publication::only_plan : report::Publication::send;
  const auto published =
      report::publish_checks(platform, github::from_environment(platform.environment), std::move(*records),
                             line.configuration.check_name.value_or(""), publication);
  if (!published) return base::fail(published.error());
  base::Json list = base::Json::array();
  for (const auto& check : *published) {
    list.push(base::Json::object()
                  .set("name", check.name)
                  .set("head_sha", check.head_sha)
                  .set("conclusion", check.conclusion)
                  .set("url", check.url));
    if (!line.json)
      std::printf("%-9s %s%s%s\n", check.conclusion.c_str(), check.name.c_str(), check.url.empty() ? "" : "  ",
                  check.url.c_str());
  }
  if (line.json) std::puts(base::Json::object().set("checks", std::move(list)).pretty().c_str());
  return optimize::kDone;
}

}  // namespace ci::cli
