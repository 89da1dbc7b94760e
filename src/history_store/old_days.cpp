#include "history_store/old_days.hpp"

#include "history_store/daily.hpp"

namespace ci::history_store {

std::map<std::string, std::vector<SeriesDay>> days_to_remove(const std::vector<SeriesDay>& days, base::TimePoint now,
                                                             history::Retention retention) {
  std::map<std::string, std::vector<SeriesDay>> going;
  const Series* series = nullptr;
  std::size_t newer = 0;
  for (const auto& day : days) {
    if (series == nullptr || *series != day.series) newer = 0;
    series = &day.series;
    if (!is_day_kept(day.day, newer, now, retention)) going[date_of(day.day)].push_back(day);
    newer += day.runs;
  }
  return going;
}

}  // namespace ci::history_store
