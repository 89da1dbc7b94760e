#include "history_store/old_days.hpp"

#include <algorithm>

#include "history_store/daily.hpp"

namespace ci::history_store {

std::map<std::string, std::vector<SeriesDay>> days_to_remove(const std::vector<SeriesDay>& days, base::TimePoint now,
                                                             history::Retention retention) {
  constexpr std::chrono::hours kDay{24};
  std::map<std::string, std::vector<SeriesDay>> going;
  const Series* series = nullptr;
  std::size_t newer = 0;
  for (const auto& day : days) {
    if (series == nullptr || *series != day.series) newer = 0;
    series = &day.series;
    const bool is_old = day.day + kDay <= now - kDay * retention.days;
    if (is_old && newer >= static_cast<std::size_t>(std::max(0, retention.runs)))
      going[date_of(day.day)].push_back(day);
    newer += day.runs;
  }
  return going;
}

}  // namespace ci::history_store
