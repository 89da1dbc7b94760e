#include "doctor/finding.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"

namespace ci::doctor {
namespace {

constexpr std::size_t kEvidence = 160;        // bytes
constexpr std::size_t kMostDiff = 64 * 1024;  // bytes: a diff shows lines as they are, and lines have no limit

}  // namespace

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

std::optional<Severity> parse_severity(std::string_view text) {
  for (const auto severity : {Severity::note, Severity::warning, Severity::error}) {
    if (text == word(severity)) return severity;
  }
  return std::nullopt;
}

void Findings::add(std::string_view check, Severity severity, base::Position at, std::string problem,
                   std::string advice, Edit edit) {
  if (found_.size() >= kMost) return;
  const bool known = std::any_of(found_.begin(), found_.end(), [&](const Finding& other) {
    return other.check == check && other.at.line == at.line && other.at.column == at.column;
  });
  if (known) return;
  const auto& source = document_.source;
  Finding finding;
  finding.check = check;
  finding.severity = severity;
  finding.file = source.path();
  finding.at = at;
  finding.evidence = base::truncate_utf8(base::trim(source.line(at.line)), kEvidence);
  finding.problem = std::move(problem);
  finding.advice = std::move(advice);
  // What goes in front of a line comes before what is put in place of it.
  std::stable_sort(edit.begin(), edit.end(), [](const LineChange& one, const LineChange& other) {
    return std::tuple(one.line, one.removed > 0) < std::tuple(other.line, other.removed > 0);
  });
  if (!edit.empty()) finding.diff = unified_diff(source, edit);
  if (finding.diff.size() <= kMostDiff) {
    finding.edit = std::move(edit);
  } else {
    finding.diff.clear();
  }
  found_.push_back(std::move(finding));
}

Edit edit_of(std::optional<LineChange> change) {
  return change ? Edit{std::move(*change)} : Edit{};
}

}  // namespace ci::doctor
