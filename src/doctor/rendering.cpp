#include "doctor/rendering.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/display_width.hpp"
#include "base/json_texts.hpp"
#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "report/text_table.hpp"

namespace ci::doctor {
namespace {

using platform::Colour;
using platform::disarmed_line;
using platform::Terminal;

constexpr std::size_t kWidth = 110;
constexpr std::size_t kLeastWidth = 40;
constexpr std::size_t kMostDiffLines = 40;
constexpr std::string_view kIndent = "      ";

Colour colour_of(Severity severity) {
  constexpr std::array kColours = {Colour::bold, Colour::warning, Colour::bad};
  return kColours.at(static_cast<std::size_t>(severity));
}

std::string coloured_diff(const Terminal& terminal, const std::string& line) {
  if (line.starts_with('+')) return terminal.coloured(Colour::good, line);
  if (line.starts_with('-')) return terminal.coloured(Colour::warning, line);
  return terminal.coloured(Colour::faint, line);
}

std::size_t width_of(const Terminal& terminal) {
  return terminal.columns == 0 ? kWidth : std::clamp(terminal.columns, kLeastWidth, kWidth);
}

// `text` in lines of the terminal's width, the first behind `first` and the others behind `indent`.
std::string wrapped(const Terminal& terminal, std::string_view first, std::string_view indent, std::string_view text) {
  const auto width = width_of(terminal);
  std::string lines;
  std::string line(first);
  for (const auto& word : base::split(disarmed_line(text), ' ')) {
    const bool empty = line == first || line == indent;
    if (!empty && base::display_width(line) + 1 + base::display_width(word) > width) {
      lines += line + '\n';
      line = indent;
    } else if (!empty) {
      line += ' ';
    }
    line += word;
  }
  return lines + line + '\n';
}

std::string diff_text(const Finding& finding, const Terminal& terminal) {
  std::string text;
  if (finding.diff.empty()) return text;
  std::size_t count = 0;
  for (const auto& line : base::split(base::trim(finding.diff), '\n')) {
    if (line.starts_with("--- ") || line.starts_with("+++ ")) continue;
    if (++count > kMostDiffLines) return text + std::string(kIndent) + "| ... (--json has the whole edit)\n";
    // Behind a mark, so that no line of the file can be the first thing in a line of the log.
    text += fmt::format("{}| {}\n", kIndent, coloured_diff(terminal, disarmed_line(line)));
  }
  return text;
}

std::string finding_text(const Finding& finding, const Terminal& terminal) {
  const auto severity = fmt::format("{:<7}", word(finding.severity));
  std::string text = fmt::format("  {:<8} {}  {}\n", fmt::format("{}:{}", finding.at.line, finding.at.column),
                                 terminal.coloured(colour_of(finding.severity), severity),
                                 terminal.coloured(Colour::bold, finding.check));
  if (!finding.evidence.empty()) text += fmt::format("{}> {}\n", kIndent, disarmed_line(finding.evidence));
  text += wrapped(terminal, kIndent, kIndent, finding.problem);
  text += wrapped(terminal, std::string(kIndent) + "-> ", std::string(kIndent) + "   ", finding.advice);
  return text + diff_text(finding, terminal);
}

std::string machine_text(const std::vector<MachineFact>& machine, const Terminal& terminal) {
  std::vector<std::vector<report::TextCell>> rows;
  std::string advices;
  for (const auto& [name, severity, state, advice] : machine) {
    report::TextCell mark("ok");
    if (severity) mark = report::TextCell(std::string(word(*severity)), colour_of(*severity));
    rows.push_back({name, state, std::move(mark)});
    if (!advice.empty()) advices += wrapped(terminal, "-> ", "   ", fmt::format("{}: {}", name, advice));
  }
  return report::text_table({{"this machine"}, {"seen", base::Align::left, true}, {""}}, rows, terminal) + advices;
}

std::size_t count_of(const Examination& examination, Severity severity) {
  return static_cast<std::size_t>(std::count_if(examination.findings.begin(), examination.findings.end(),
                                                [&](const auto& finding) { return finding.severity == severity; }));
}

std::string plural(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string counts_text(const Examination& examination) {
  if (examination.files.empty()) return "no workflow and no action here: .github/workflows is looked for\n";
  auto text =
      fmt::format("{}, {}, {} in {}\n", plural(count_of(examination, Severity::error), "error"),
                  plural(count_of(examination, Severity::warning), "warning"),
                  plural(count_of(examination, Severity::note), "note"), plural(examination.files.size(), "file"));
  if (!examination.left.empty())
    text += fmt::format("{} were not looked at\n", plural(examination.left.size(), "more file"));
  return text;
}

base::Json json_of(const Finding& finding) {
  base::Json json;
  json.set("check", finding.check).set("severity", word(finding.severity)).set("file", finding.file);
  json.set("line", finding.at.line).set("column", finding.at.column).set("evidence", finding.evidence);
  json.set("problem", finding.problem).set("advice", finding.advice);
  if (!finding.diff.empty()) json.set("edit", finding.diff);
  return json;
}

base::Json json_of(const MachineFact& fact) {
  base::Json json;
  json.set("name", fact.name).set("severity", fact.severity ? word(*fact.severity) : "ok").set("state", fact.state);
  if (!fact.advice.empty()) json.set("advice", fact.advice);
  return json;
}

}  // namespace

std::string readable_text(const Examination& examination, const std::vector<MachineFact>& machine,
                          const Terminal& terminal) {
  std::string text;
  const std::string* file = nullptr;
  for (const auto& finding : examination.findings) {
    if (file == nullptr || *file != finding.file)
      text += terminal.coloured(Colour::bold, disarmed_line(finding.file)) + '\n';
    file = &finding.file;
    text += finding_text(finding, terminal) + '\n';
  }
  return text + machine_text(machine, terminal) + '\n' + counts_text(examination);
}

std::string finding_lines(const Examination& examination) {
  std::string text;
  for (const auto& finding : examination.findings) {
    text += disarmed_line(fmt::format("{}:{}:{}: {}: {}: {}", finding.file, finding.at.line, finding.at.column,
                                      word(finding.severity), finding.check, finding.problem));
    text += '\n';
  }
  return text;
}

base::Json json_document(const Examination& examination, const std::vector<MachineFact>& machine) {
  auto findings = base::Json::array();
  for (const auto& finding : examination.findings) findings.push(json_of(finding));
  auto facts = base::Json::array();
  for (const auto& fact : machine) facts.push(json_of(fact));
  base::Json counts;
  for (const auto severity : {Severity::error, Severity::warning, Severity::note})
    counts.set(word(severity), static_cast<std::int64_t>(count_of(examination, severity)));
  base::Json json;
  json.set("schema", 1)
      .set("files", base::texts_json(examination.files))
      .set("not_examined", base::texts_json(examination.left));
  return json.set("findings", std::move(findings)).set("machine", std::move(facts)).set("counts", std::move(counts));
}

}  // namespace ci::doctor
