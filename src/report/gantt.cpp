#include "report/gantt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "report/critical_path.hpp"

namespace ci::report {
namespace {

using history::Span;

constexpr std::size_t kMostBars = 60;     // Mermaid draws nothing of diagrams beyond 50,000 characters
constexpr std::size_t kLongestName = 60;  // bytes
constexpr double kLatest = 1e9;           // seconds; what a chart can show is checked, for records come from strangers

// A name in which nothing means anything to Mermaid: ':' ends a name, ';' a line, '#' begins an entity, '%%' a comment.
std::string label(std::string_view text) {
  std::string safe;
  const auto line = platform::disarmed_line(text);
  for (const char c : base::truncate_utf8(line, kLongestName)) {
    switch (c) {
      case ':':
        safe += "\u2236";
        break;
      case ';':
      case '#':
      case '%':
      case '`':
      case '"':
      case '<':
      case '>':
      case '{':
      case '}':
      case '\\':
        safe += ' ';
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::int64_t milliseconds(double seconds) {
  return std::llround(std::clamp(seconds, 0.0, kLatest) * 1000);
}

// The longest of them, in the order of their starts.
std::vector<Span> longest(std::vector<Span> spans) {
  if (spans.size() > kMostBars) {
    std::stable_sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    spans.resize(kMostBars);
  }
  std::stable_sort(spans.begin(), spans.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  return spans;
}

std::string bar(const Span& span, std::size_t number, bool critical) {
  const auto begin = milliseconds(span.start);
  // A bar without length would be drawn as a milestone, or not at all.
  const auto end = std::max(milliseconds(span.start + span.seconds), begin + 1);
  return fmt::format("  {} {} ({}) : {}{}, {}\n", number, label(span.name), base::human_seconds(span.seconds),
                     critical ? "crit, " : "", begin, end);
}

}  // namespace

std::string gantt(const std::vector<Span>& spans) {
  if (spans.empty()) return "";
  const auto bars = longest(spans);
  double end = 0;
  for (const auto& span : bars) end = std::max(end, span.start + span.seconds);
  std::string chart =
      fmt::format("```mermaid\ngantt\n  dateFormat x\n  axisFormat {}\n", end < 3600 ? "%M:%S" : "%H:%M");
  std::vector<bool> critical(bars.size());
  for (const auto place : critical_path(bars)) critical[place] = true;
  // Where everything waits for the one before, the colour would tell nothing.
  const bool all = std::find(critical.begin(), critical.end(), false) == critical.end();
  std::string lane;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const std::string name = label(bars[i].lane);
    if (i == 0 || name != lane) chart += fmt::format("  section · {}\n", name);
    lane = name;
    chart += bar(bars[i], i + 1, critical[i] && !all);
  }
  chart += "```\n";
  if (bars.size() < spans.size()) {
    chart += fmt::format("\n_The {} longest of {} stretches._\n", bars.size(), spans.size());
  }
  return chart;
}

}  // namespace ci::report
