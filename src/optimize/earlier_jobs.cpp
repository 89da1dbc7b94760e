#include "optimize/earlier_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/json.hpp"
#include "cache/entry_label.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRecords = 500;  // that are looked at

base::Json read_record(const fs::path& path) {
  const auto text = platform::read_file(path);
  auto json = text ? base::parse_json(*text) : base::Result<base::Json>(base::Json());
  return json ? std::move(*json) : base::Json();
}

EarlierOutcome read_outcome(const base::Json& record, const base::Json& cache) {
  EarlierOutcome earlier{record["started_at"].as_string(), {}};
  auto& outcome = earlier.outcome;
  outcome.name = cache["name"].as_string();
  outcome.key = cache["key"].as_string();
  outcome.matched_key = cache["matched_key"].as_string();
  outcome.outcome = cache["outcome"].as_string();
  outcome.save_seconds = cache["save_seconds"].as_number();
  if (cache["cold_seconds"].as_number() > 0) outcome.cold_seconds = cache["cold_seconds"].as_number();
  return earlier;
}

}  // namespace

std::vector<EarlierOutcome> earlier_outcomes(const std::string& record_path) {
  if (record_path.empty()) return {};
  const auto own = read_record(record_path);
  std::vector<EarlierOutcome> found;
  std::size_t looked_at = 0;
  std::error_code error;
  for (fs::directory_iterator file(fs::path(record_path).parent_path(), error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() != ".json" || ++looked_at > kMostRecords) continue;
    const auto record = read_record(file->path());
    const bool same_job = record["repository"] == own["repository"] && record["workflow"] == own["workflow"] &&
                          record["job"] == own["job"];
    if (!same_job) continue;
    for (const auto& cache : record["caches"].items()) found.push_back(read_outcome(record, cache));
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& one, const auto& other) { return one.started_at > other.started_at; });
  return found;
}

std::vector<double> cold_times(const std::vector<EarlierOutcome>& outcomes, const std::string& name) {
  std::vector<double> times;
  for (const auto& earlier : outcomes) {
    if (earlier.outcome.name == name && earlier.outcome.cold_seconds) times.push_back(*earlier.outcome.cold_seconds);
  }
  return times;
}

std::string last_seen(const std::vector<EarlierOutcome>& outcomes, const std::string& name, const std::string& series) {
  constexpr std::size_t kDay = 10;  // "2026-11-21"
  for (const auto& [started_at, outcome] : outcomes) {
    const auto& key = outcome.save_seconds > 0 ? outcome.key : outcome.matched_key;
    if (outcome.name == name && !key.empty() && key.starts_with(series))
      return fmt::format("{} was there on {} and is not any more", key, started_at.substr(0, kDay));
  }
  return "";
}

std::vector<double> with_older(std::vector<double> times, const std::vector<double>& older) {
  for (const double seconds : older) {
    if (std::find(times.begin(), times.end(), seconds) == times.end()) times.push_back(seconds);
  }
  if (times.size() > cache::kMostColdTimes) times.resize(cache::kMostColdTimes);
  return times;
}

}  // namespace ci::optimize
