#pragma once
// What remains of runs whose records are gone: for each day and series, the numbers of its successful first attempts.
#include <map>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
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

// Returns the UTC date of `time`, "2026-11-21".
std::string date_of(base::TimePoint time);

// Returns what remains of `rows`, which are of one series and day. Quantiles are interpolated between the two nearest
// values.
Day summarise(const std::vector<Row>& rows);

// Returns two summaries of the same day and series as one. Its quantiles are means weighted by n: near, but not exact,
// since the values are gone.
Day merge(const Day& one, const Day& other);

base::Json to_json(const Day& day);
// Error: data.
base::Result<Day> day_of(const base::Json& json);

}  // namespace ci::history_store
