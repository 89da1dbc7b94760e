#include "insight/cache_ledger.hpp"

#include <algorithm>
#include <map>

#include "history/record_reader.hpp"
#include "statistics/order_statistics.hpp"

namespace ci::insight {
namespace {

using history_store::Row;

using ColdTimes = std::map<std::string, std::vector<double>>;

bool missed_one_of(const Row& row, const std::vector<history::CacheOutcome>& caches) {
  return std::any_of(caches.begin(), caches.end(),
                     [&](const auto& cache) { return outcome_in(row.caches, cache.name) == "miss"; });
}

ColdTimes cold_times(history_store::HistoryStore& store, const history::Record& record,
                     const std::vector<Row>& earlier) {
  ColdTimes times;
  std::size_t opened = 0;
  for (const auto& row : earlier) {
    const bool is_success = row.status == history::JobStatus::success;
    if (!is_success || row.os != record.runner.os || row.architecture != record.runner.architecture) continue;
    if (!missed_one_of(row, record.caches)) continue;
    if (++opened > kMostColdRecords) break;
    const auto document = store.document(row.id);
    // A place that is down is not asked ten times.
    if (!document && document.error().kind != base::ErrorKind::data) break;
    const auto read = document ? history::read_record(*document) : base::fail(document.error());
    if (!read) continue;
    for (const auto& cache : read->caches) {
      if (cache.cold_seconds && *cache.cold_seconds > 0) times[cache.name].push_back(*cache.cold_seconds);
    }
  }
  return times;
}

statistics::Proportion hit_rate(const history::CacheOutcome& cache, const std::vector<Row>& earlier) {
  std::int64_t hits = 0;
  std::int64_t asked = 0;
  const auto count = [&](std::string_view outcome) {
    if (outcome != "exact" && outcome != "prefix" && outcome != "miss") return;
    ++asked;
    if (outcome != "miss") ++hits;
  };
  for (const auto& row : earlier) count(outcome_in(row.caches, cache.name));
  count(cache.outcome);
  return statistics::wilson(hits, asked);
}

}  // namespace

std::optional<double> net_seconds(const history::CacheOutcome& cache) {
  // Only the job knows which part of the median is its own: of several hits each has a share.
  if (cache.seconds_saved) return *cache.seconds_saved - cache.save_seconds;
  const double cost = cache.restore_seconds + cache.save_seconds;
  if (history::is_hit(cache) || cost <= 0) return std::nullopt;
  return -cost;
}

std::string_view outcome_in(std::string_view caches, std::string_view name) {
  // Names may hold spaces: the name must begin the text or follow a space, and "=" must follow it.
  for (std::size_t at = caches.find(name); at != std::string_view::npos; at = caches.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at != 0 && caches[at - 1] != ' ') || end >= caches.size() || caches[end] != '=') continue;
    const auto rest = caches.substr(end + 1);
    return rest.substr(0, rest.find(' '));
  }
  return "";
}

std::vector<CacheLine> cache_ledger(history_store::HistoryStore& store, const history::Record& record,
                                    const std::vector<Row>& earlier) {
  const auto cold = cold_times(store, record, earlier);
  std::vector<CacheLine> lines;
  for (const auto& cache : record.caches) {
    CacheLine line;
    line.name = cache.name;
    line.outcome = cache.outcome;
    line.reason = cache.reason;
    line.restore_seconds = cache.restore_seconds;
    line.save_seconds = cache.save_seconds;
    line.net_seconds = net_seconds(cache);
    if (const auto times = cold.find(cache.name); times != cold.end()) {
      line.cold_median = statistics::median(times->second);
      line.cold_runs = times->second.size();
    }
    line.hits = hit_rate(cache, earlier);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace ci::insight
