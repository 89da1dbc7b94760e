#include "optimize/earlier_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.hpp"
#include "cache/entry_label.hpp"

namespace ci::optimize {
namespace {

constexpr std::size_t kMostRecords = 500;  // that are looked at

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

const std::vector<EarlierOutcome>& EarlierJobs::outcomes() {
  if (outcomes_) return *outcomes_;
  auto& found = outcomes_.emplace();
  if (store_ == nullptr) return found;
  history_store::Selection selection;
  selection.repository = own_.repository;
  selection.workflow = own_.workflow;
  selection.job = own_.job;
  selection.limit = kMostRecords;
  const auto rows = store_->rows(selection);
  if (!rows) return found;  // what they would tell is missed, and nothing else
  for (const auto& row : *rows) {
    const auto document = store_->document(row.id);
    if (!document) continue;
    for (const auto& cache : (*document)["caches"].items()) found.push_back(read_outcome(*document, cache));
  }
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
