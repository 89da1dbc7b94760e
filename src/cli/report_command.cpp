#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cli/commands.hpp"
#include "cli/stored_report.hpp"
#include "history/record_files.hpp"
#include "insight/record_look_back.hpp"
#include "optimize/exit_code.hpp"
#include "platform/filesystem.hpp"
#include "report/html_page.hpp"
#include "report/summary.hpp"
#include "report/terminal_report.hpp"

namespace ci::cli {
namespace {

using history::Record;

constexpr std::size_t kToldLeftOut = 5;

std::string documents(const std::vector<Record>& records) {
  if (records.size() == 1) return history::to_json(records.front()).pretty() + '\n';
  auto all = base::Json::array();
  for (const auto& record : records) all.push(history::to_json(record));
  return all.pretty() + '\n';
}

// What the older records say about the newest; nothing where there are none, or where that cannot be told.
std::optional<insight::Insight> look_back(const std::vector<Record>& records, const platform::Platform& platform) {
  if (records.size() < 2) return std::nullopt;
  auto insight = insight::look_back_on(records, platform.clock);
  if (insight) return std::move(*insight);
  platform.log.warning("no comparison with earlier runs: " + insight.error().message);
  return std::nullopt;
}

std::string rendered(const CommandLine& line, const StoredReport& told, const platform::Platform& platform) {
  const auto& records = told.records;
  if (line.json) return documents(records);
  const auto* insight = told.insight ? &*told.insight : nullptr;
  switch (line.command) {
    case CommandName::report_html:
      return report::html_page(records, insight);
    case CommandName::report_summary:
      return report::summary(records.front(), insight);
    default: {
      // Into a file as plain text.
      const auto terminal = line.output.empty() ? platform::terminal_of(platform.environment, STDOUT_FILENO, line.style)
                                                : platform::Terminal();
      return report::terminal_report(records.front(), insight, terminal);
    }
  }
}

base::Result<void> print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
  return base::fail(base::ErrorKind::io, "cannot write to standard output: " + std::generic_category().message(errno));
}

base::Result<StoredReport> report_of_files(const CommandLine& line, const platform::Platform& platform) {
  auto files = history::read_record_files({line.arguments.begin(), line.arguments.end()});
  if (!files) return base::fail(files.error());
  for (std::size_t i = 0; i < std::min(files->left_out.size(), kToldLeftOut); ++i)
    platform.log.warning("left out: " + files->left_out[i]);
  if (files->left_out.size() > kToldLeftOut)
    platform.log.warning(fmt::format("{} more files were left out", files->left_out.size() - kToldLeftOut));
  if (files->older > 0) platform.log.warning(fmt::format("{} older records were not read", files->older));
  StoredReport told{std::move(files->records), std::nullopt};
  if (!line.json) told.insight = look_back(told.records, platform);
  return told;
}

}  // namespace

base::Result<int> run_report(const CommandLine& line, const platform::Platform& platform) {
  const auto told = line.configuration.history ? stored_report(line, platform) : report_of_files(line, platform);
  if (!told) return base::fail(told.error());
  const auto text = rendered(line, *told, platform);
  if (line.output.empty()) {
    if (const auto printed = print(text); !printed) return base::fail(printed.error());
    return optimize::kDone;
  }
  if (const auto written = platform::write_file(line.output, text); !written) return base::fail(written.error());
  return optimize::kDone;
}

}  // namespace ci::cli
