#pragma once
// What remains of runs whose records are gone: for each day and series, the numbers of its successful first attempts.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "history/retention.hpp"
#include "history_store/row.hpp"

namespace ci::history_store {

// Of the values of one metric on one day.
struct Quantiles {
  std::size_t n = 0;
  double p50 = 0;
  double p95 = 0;
  std::string unit;
  friend bool operator==(const Quantiles&, const Quantiles&) = default;
};

struct Day {
  std::string date;  // UTC, "2026-11-21"
  Series series;
  std::size_t runs = 0;  // of any status
  std::size_t successes = 0;
  std::map<std::string, Quantiles> metrics;  // and "seconds", the whole run's
  friend bool operator==(const Day&, const Day&) = default;
};

inline constexpr std::chrono::hours kDay{24};

// Returns the UTC date of `time`, "2026-11-21".
std::string date_of(base::TimePoint time);

// Whether `retention` keeps at `now` the records of a series that began on the day which begins at `day`, when it has
// `newer` ones of later days: 30 days or 50 runs, whichever is more, whole days at a time.
inline bool is_day_kept(base::TimePoint day, std::size_t newer, base::TimePoint now, history::Retention retention) {
  return day + kDay > now - kDay * retention.days || newer < static_cast<std::size_t>(std::max(0, retention.runs));
}

// Returns what remains of `rows`, which are of one series and day. Quantiles are interpolated between the two nearest
// values.
Day summarise(const std::vector<Row>& rows);

// Returns two summaries of the same day and series as one. Its quantiles are means weighted by n: near, but not exact,
// since the values are gone.
Day merge(const Day& one, const Day& other);

// Adds `day` to `days`, as one with that of its series.
void add_day(std::vector<Day>& days, const Day& day);

base::Json to_json(const Day& day);
// Error: data.
base::Result<Day> day_of(const base::Json& json);

}  // namespace ci::history_store
