#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cli/commands.hpp"
#include "history/record_files.hpp"
#include "optimize/exit_code.hpp"
#include "platform/filesystem.hpp"
#include "report/html_page.hpp"
#include "report/summary.hpp"
#include "report/terminal_report.hpp"

namespace ci::cli {
namespace {

using history::Record;

constexpr std::size_t kToldLeftOut = 5;

// `render` of each record, the newest first, with `between` between two.
template <class Render>
std::string each(const std::vector<Record>& records, Render render, std::string_view between) {
  std::string text;
  for (const auto& record : records) {
    if (!text.empty()) text += between;
    text += render(record);
  }
  return text;
}

std::string documents(const std::vector<Record>& records) {
  if (records.size() == 1) return history::to_json(records.front()).pretty() + '\n';
  auto all = base::Json::array();
  for (const auto& record : records) all.push(history::to_json(record));
  return all.pretty() + '\n';
}

std::string rendered(const CommandLine& line, const std::vector<Record>& records,
                     const platform::Environment& environment) {
  switch (line.command) {
    case CommandName::report_html:
      return report::html_page(records);
    case CommandName::report_summary:
      return each(
          records, [](const Record& record) { return report::summary(record, nullptr); }, "\n---\n\n");
    default: {
      if (line.json) return documents(records);
      // Into a file as plain text.
      const auto terminal =
          line.output.empty() ? platform::terminal_of(environment, STDOUT_FILENO, line.style) : platform::Terminal();
      return each(
          records, [&](const Record& record) { return report::terminal_report(record, nullptr, terminal); }, "\n");
    }
  }
}

base::Result<void> print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return {};
  return base::fail(base::ErrorKind::io, "cannot write to standard output: " + std::generic_category().message(errno));
}

}  // namespace

base::Result<int> run_report(const CommandLine& line, const platform::Platform& platform) {
  const auto files = history::read_record_files({line.arguments.begin(), line.arguments.end()});
  if (!files) return base::fail(files.error());
  for (std::size_t i = 0; i < std::min(files->left_out.size(), kToldLeftOut); ++i)
    platform.log.warning("left out: " + files->left_out[i]);
  if (files->left_out.size() > kToldLeftOut)
    platform.log.warning(fmt::format("{} more files were left out", files->left_out.size() - kToldLeftOut));
  if (files->older > 0) platform.log.warning(fmt::format("{} older records were not read", files->older));
  const auto text = rendered(line, files->records, platform.environment);
  if (line.output.empty()) {
    if (const auto printed = print(text); !printed) return base::fail(printed.error());
    return optimize::kDone;
  }
  if (const auto written = platform::write_file(line.output, text); !written) return base::fail(written.error());
  return optimize::kDone;
}

}  // namespace ci::cli
