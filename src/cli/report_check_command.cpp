#include <unistd.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "github/context.hpp"
#include "optimize/exit_code.hpp"
#include "report/check_publication.hpp"
#include "report/foreign_records.hpp"
#include "report/text_table.hpp"

namespace ci::cli {
namespace {

using report::PublishedCheck;

std::string document(const std::vector<PublishedCheck>& published) {
  base::Json list = base::Json::array();
  for (const auto& check : published) {
    list.push(base::Json::object()
                  .set("name", check.name)
                  .set("head_sha", check.head_sha)
                  .set("conclusion", check.conclusion)
                  .set("url", check.url));
  }
  return base::Json::object().set("checks", std::move(list)).pretty() + '\n';
}

std::string table(const std::vector<PublishedCheck>& published, const CommandLine& line,
                  const platform::Platform& platform) {
  std::vector<std::vector<report::TextCell>> rows;
  for (const auto& check : published) {
    const auto colour = check.conclusion == "success" ? platform::Colour::good : platform::Colour::warning;
    rows.push_back({{check.conclusion, colour}, check.name, check.url});
  }
  return report::text_table({{"conclusion"}, {"check run", base::Align::left, true}, {"page"}}, rows,
                            platform::terminal_of(platform.environment, STDOUT_FILENO, line.style));
}

}  // namespace

base::Result<int> run_report_check(const CommandLine& line, const platform::Platform& platform) {
  auto records = report::read_foreign_records({line.arguments.begin(), line.arguments.end()});
  if (!records) return base::fail(records.error());
  const auto publication = line.dry_run ? report::Publication::only_plan : report::Publication::send;
  const auto published =
      report::publish_checks(platform, github::from_environment(platform.environment), std::move(*records),
                             line.configuration.check_name.value_or(""), publication);
  if (!published) return base::fail(published.error());
  std::fputs((line.json ? document(*published) : table(*published, line, platform)).c_str(), stdout);
  return optimize::kDone;
}

}  // namespace ci::cli
