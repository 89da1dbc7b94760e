#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.hpp"
#include "doctor/rendering.hpp"
#include "optimize/exit_code.hpp"
#include "platform/terminal.hpp"

namespace ci::cli {
namespace {

void show(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

bool reaches(const doctor::Examination& examination, doctor::Severity severity) {
  return std::any_of(examination.findings.begin(), examination.findings.end(),
                     [&](const auto& finding) { return finding.severity >= severity; });
}

}  // namespace

base::Result<int> run_doctor(const CommandLine& line, const platform::Platform& platform) {
  const auto examination = doctor::examine(line.arguments.empty() ? "." : line.arguments.front());
  if (!examination) return base::fail(examination.error());
  if (line.verbosity == platform::Verbosity::quiet && !line.json) {
    show(doctor::finding_lines(*examination));
  } else {
    const auto machine = doctor::machine_facts(platform, "/");
    const auto terminal = platform::terminal_of(platform.environment, STDOUT_FILENO, line.style);
    show(line.json ? doctor::json_document(*examination, machine).pretty() + '\n'
                   : doctor::readable_text(*examination, machine, terminal));
  }
  const auto limit = doctor::parse_severity(line.fail_on);
  return limit && reaches(*examination, *limit) ? optimize::kLintFailed : optimize::kDone;
}

}  // namespace ci::cli
