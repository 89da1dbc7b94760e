// Workflow commands that the runner has given up for files.
#include <fmt/format.h>

#include <array>

#include "doctor/checks.hpp"
#include "doctor/script.hpp"

namespace ci::doctor {
namespace {

struct RemovedCommand {
  std::string_view name;
  std::string_view file;  // the variable that names the file to write to instead
  Severity severity;
  std::string_view problem;
};

constexpr std::array<RemovedCommand, 4> kCommands = {{
    {"set-output", "GITHUB_OUTPUT", Severity::warning, "is deprecated (GitHub changelog of 2022-10-11)"},
    {"save-state", "GITHUB_STATE", Severity::warning, "is deprecated (GitHub changelog of 2022-10-11)"},
    {"set-env", "GITHUB_ENV", Severity::error, "is refused by the runner since November 2020 (CVE-2020-15228)"},
    {"add-path", "GITHUB_PATH", Severity::error, "is refused by the runner since November 2020 (CVE-2020-15228)"},
}};

// `line` as it should be, when it is an echo of nothing but the command.
std::optional<std::string> rewritten(std::string_view line, const RemovedCommand& command) {
  constexpr std::string_view kEcho = "echo ";
  if (!line.starts_with(kEcho)) return std::nullopt;
  line.remove_prefix(kEcho.size());
  std::string quote;
  if (line.starts_with('"') || line.starts_with('\'')) {
    quote = line.front();
    if (line.size() < 2 || line.back() != line.front()) return std::nullopt;
    line = line.substr(1, line.size() - 2);
  }
  const auto prefix = fmt::format("::{}", command.name);
  if (!line.starts_with(prefix)) return std::nullopt;
  line.remove_prefix(prefix.size());
  std::string name;
  if (line.starts_with(" name=")) {
    const auto end = line.find("::");
    if (end == std::string_view::npos) return std::nullopt;
    name = std::string(line.substr(6, end - 6)) + '=';
    line = line.substr(end);
  }
  if (!line.starts_with("::")) return std::nullopt;
  line.remove_prefix(2);
  // Escapes, another quote or another command would need more than this.
  constexpr std::string_view kPlain = "%;|&>#";
  if (line.find_first_of(kPlain) != std::string_view::npos || name.find_first_of(",\"' ") != std::string::npos)
    return std::nullopt;
  if (quote.empty() || line.find(quote) != std::string_view::npos) return std::nullopt;
  return fmt::format("echo {0}{1}{2}{0} >> \"${3}\"", quote, name, line, command.file);
}

}  // namespace

void check_removed_commands(const Document& document, Findings& findings) {
  for (const auto& job : document.jobs) {
    for (const auto& step : job.steps) {
      const auto* run = step.member("run");
      if (run == nullptr) continue;
      const Script script(document.source, run->value);
      const std::string_view whole = script.text();
      for (const auto& command : kCommands) {
        const auto prefix = fmt::format("::{}", command.name);
        for (auto at = whole.find(prefix); at != std::string_view::npos && !findings.is_full();
             at = whole.find(prefix, at + 1)) {
          const auto after = at + prefix.size();
          if (after < whole.size() && whole[after] != ' ' && whole[after] != ':') continue;
          auto begin = whole.rfind('\n', at) + 1;
          begin = std::min(whole.find_first_not_of(" \t", begin), at);
          const auto end = std::min(whole.find('\n', at), whole.size());
          const auto better = rewritten(whole.substr(begin, end - begin), command);
          findings.add("workflow-command", command.severity, script.place(at),
                       fmt::format("::{} {}", command.name, command.problem),
                       fmt::format("write to the file that {} names", command.file),
                       better ? edit_of(script.replaced(begin, end - begin, *better)) : Edit{});
        }
      }
    }
  }
}

}  // namespace ci::doctor
