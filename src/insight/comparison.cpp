#include "insight/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.hpp"
#include "base/text.hpp"
#include "history/default_branch.hpp"
#include "history/record.hpp"

namespace ci::insight {
namespace {

using history_store::Row;
using statistics::CacheResult;

constexpr double kMostPlausible = 1e12;

// With what the runs of a series have in common.
statistics::Stratum stratum_of_all(const history_store::Series& series) {
  statistics::Stratum stratum;
  stratum.repository = series.repository;
  stratum.workflow = series.workflow;
  stratum.job = series.job;
  stratum.step = series.step;
  const auto matrix = series.matrix.empty() ? base::Json() : base::parse_json(series.matrix).value_or(base::Json());
  for (const auto& [name, value] : matrix.members()) stratum.matrix[name] = value.as_string();
  return stratum;
}

CacheResult result_of(std::string_view outcome) {
  if (outcome == "exact") return CacheResult::hit;
  if (outcome == "prefix") return CacheResult::prefix;
  if (outcome == "miss") return CacheResult::miss;
  return CacheResult::none;
}

bool is_of_packages(std::string_view metric) {
  return metric.starts_with("package") || metric == "download_size";
}

// Whether stratum_of() gives both the same; without making texts of a thousand rows.
bool is_same_stratum(const Row& one, const Row& other, std::string_view metric) {
  return one.job == other.job && one.workflow == other.workflow && one.repository == other.repository &&
         one.matrix == other.matrix && one.step == other.step && one.os == other.os &&
         one.architecture == other.architecture && one.image == other.image && one.tier == other.tier &&
         (is_of_packages(metric) || worst_cache(one.caches) == worst_cache(other.caches));
}

bool is_first_success(const Row& row) {
  return statistics::is_baseline({true, row.run_attempt, row.status == history::JobStatus::success});
}

}  // namespace

RunPlace place_of(const Row& row) {
  return {row.id, row.run_id, row.run_attempt, row.branch, row.commit_sha, row.image_version, row.started_at};
}

std::string in_words(const RunPlace& place) {
  constexpr std::size_t kShortCommit = 7;
  constexpr std::size_t kDay = 10;  // "2026-11-21"
  const auto day = base::to_rfc3339(place.started_at).substr(0, kDay);
  const auto run = place.run_id.empty() ? "record " + place.id : "run " + place.run_id;
  if (place.commit_sha.empty()) return fmt::format("{} ({})", run, day);
  return fmt::format("{} (commit {}, {})", run, place.commit_sha.substr(0, kShortCommit), day);
}

std::string label(const history_store::Series& series) {
  return label(stratum_of_all(series));
}

std::string label(statistics::Stratum stratum) {
  stratum.step = history::step_label(stratum.step);
  return stratum.label();
}

CacheResult worst_cache(std::string_view caches) {
  std::vector<CacheResult> results;
  for (const auto& word : base::split(caches, ' ')) {
    // Of a name with spaces only the last word has the outcome.
    const auto mark = word.rfind('=');
    if (mark == std::string::npos) continue;
    const auto name = std::string_view(word).substr(0, mark);
    if (name != "apt" && name != "apt-debs") results.push_back(result_of(std::string_view(word).substr(mark + 1)));
  }
  return statistics::worst(results);
}

statistics::Stratum stratum_of(const Row& row, std::string_view metric) {
  auto stratum = stratum_of_all(series_of(row));
  stratum.os = row.os;
  stratum.architecture = row.architecture;
  stratum.image = row.image;
  stratum.tier = row.tier;
  if (!is_of_packages(metric)) stratum.cache = worst_cache(row.caches);
  return stratum;
}

std::optional<history_store::Measure> measure_of(const Row& row, std::string_view metric) {
  history_store::Measure measure{row.seconds, "seconds"};
  if (metric != kJobSeconds) {
    const auto found = row.metrics.find(std::string(metric));
    if (found == row.metrics.end()) return std::nullopt;
    measure = found->second;
  }
  if (!std::isfinite(measure.value) || measure.value < 0 || measure.value > kMostPlausible) return std::nullopt;
  return measure;
}

bool is_baseline(const Row& row, std::string_view default_branch) {
  return is_first_success(row) && history::is_on_default_branch(row.branch, default_branch);
}

std::vector<const Row*> comparable_runs(const std::vector<Row>& earlier, const Row& current, std::string_view metric,
                                        std::string_view default_branch) {
  std::vector<const Row*> baseline;
  std::vector<const Row*> own;
  for (const auto& row : earlier) {
    if (!is_first_success(row) || !is_same_stratum(row, current, metric) || !measure_of(row, metric)) continue;
    if (is_baseline(row, default_branch)) {
      baseline.push_back(&row);
    } else if (row.branch == current.branch) {
      own.push_back(&row);
    }
  }
  const auto by_time = [](const Row* one, const Row* other) { return one->started_at < other->started_at; };
  std::stable_sort(baseline.begin(), baseline.end(), by_time);
  std::stable_sort(own.begin(), own.end(), by_time);
  baseline.insert(baseline.end(), own.begin(), own.end());
  return baseline;
}

}  // namespace ci::insight
