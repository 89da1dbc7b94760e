#include "insight/series_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "insight/metric_insight.hpp"

namespace ci::insight {
namespace {

using history_store::Row;

struct Stretch {
  std::string label;
  std::vector<const Row*> runs;
};

statistics::ChangeRule rule_for(const std::string& unit) {
  statistics::ChangeRule rule;
  if (unit != "seconds") rule.least_effect = 0;
  return rule;
}

void add_changes(const Stretch& stretch, std::string_view metric, std::vector<SeriesChange>& changes) {
  std::vector<double> values;
  for (const auto* run : stretch.runs) values.push_back(measure_of(*run, metric)->value);
  const auto unit = measure_of(*stretch.runs.back(), metric)->unit;
  const auto points = statistics::change_points(values, rule_for(unit));
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    const std::size_t begin = i == 0 ? 0 : points[i - 1].index;
    const std::size_t end = i + 1 == points.size() ? values.size() : points[i + 1].index;
    changes.push_back({series_of(*stretch.runs[point.index]), stretch.label, std::string(metric), unit, point.before,
                       point.after, point.p, point.index - begin, end - point.index,
                       place_of(*stretch.runs[point.index]), place_of(*stretch.runs[point.index - 1])});
  }
}

}  // namespace

std::vector<SeriesChange> series_changes(std::span<const Row> rows, std::string_view metric, std::string_view branch) {
  std::map<std::string, Stretch> strata;
  for (const auto& row : rows) {
    if (!is_baseline(row, branch) || !measure_of(row, metric)) continue;
    const auto stratum = stratum_of(row, metric);
    auto& stretch = strata[stratum.key()];
    if (stretch.runs.empty()) stretch.label = label(stratum);
    stretch.runs.push_back(&row);
  }
  std::vector<SeriesChange> changes;
  for (auto& [key, stretch] : strata) {
    std::stable_sort(stretch.runs.begin(), stretch.runs.end(),
                     [](const Row* one, const Row* other) { return one->started_at < other->started_at; });
    add_changes(stretch, metric, changes);
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const auto& one, const auto& other) { return one.first.started_at > other.first.started_at; });
  return changes;
}

std::string effect_text(const SeriesChange& change) {
  auto text = fmt::format("{} → {}", with_unit(change.before, change.unit), with_unit(change.after, change.unit));
  if (change.before > 0) text += fmt::format(" ({})", signed_percent(change.after / change.before - 1));
  return text;
}

}  // namespace ci::insight
