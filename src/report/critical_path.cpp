#include "report/critical_path.hpp"

#include <algorithm>
#include <optional>

namespace ci::report {
namespace {

constexpr double kTick = 1e-3;  // seconds; what ends within it of another's start has ended before

double end_of(const history::Span& span) {
  return span.start + span.seconds;
}

// The place of the span that ended last, of those that began before the one at `limit` and ended by its start.
std::optional<std::size_t> before(const std::vector<history::Span>& spans, std::size_t limit) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto& span = spans[i];
    if (span.start >= spans[limit].start || end_of(span) > spans[limit].start + kTick) continue;
    if (!found || end_of(span) > end_of(spans[*found])) found = i;
  }
  return found;
}

}  // namespace

std::vector<std::size_t> critical_path(const std::vector<history::Span>& spans) {
  std::vector<std::size_t> path;
  if (spans.empty()) return path;
  const auto last = std::max_element(spans.begin(), spans.end(),
                                     [](const auto& one, const auto& other) { return end_of(one) < end_of(other); });
  std::optional<std::size_t> at = static_cast<std::size_t>(last - spans.begin());
  while (at) {
    path.push_back(*at);
    at = before(spans, *at);  // begins strictly earlier, so that this ends
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace ci::report
