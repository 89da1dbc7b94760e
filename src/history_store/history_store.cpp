#include "history_store/history_store.hpp"

#include <chrono>
#include <map>

namespace ci::history_store {

base::Result<std::size_t> count_prunable(HistoryStore& store, base::TimePoint now, history::Retention retention) {
  const auto rows = store.rows({});
  if (!rows) return base::fail(rows.error());
  std::map<Series, std::map<base::TimePoint, std::size_t, std::greater<>>> days;  // the newest first
  for (const auto& row : *rows) ++days[series_of(row)][std::chrono::floor<std::chrono::days>(row.started_at)];
  std::size_t count = 0;
  for (const auto& [series, of_series] : days) {
    std::size_t newer = 0;
    for (const auto& [day, runs] : of_series) {
      if (!is_day_kept(day, newer, now, retention)) count += runs;
      newer += runs;
    }
  }
  return count;
}

}  // namespace ci::history_store
