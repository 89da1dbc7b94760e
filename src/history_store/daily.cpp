#include "history_store/daily.hpp"

#include <algorithm>
#include <cmath>

namespace ci::history_store {
namespace {

using base::Json;

constexpr std::size_t kDateLength = 10;

// `values` are in order. Between the neighbours of the place (n - 1) * share.
double quantile(const std::vector<double>& values, double share) {
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

double weighted(double one, std::size_t of_one, double other, std::size_t of_other) {
  const auto n = static_cast<double>(of_one + of_other);
  return (one * static_cast<double>(of_one) + other * static_cast<double>(of_other)) / n;
}

std::size_t count_in(const Json& json) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, json.as_integer()));
}

Json count_json(std::size_t count) {
  return Json(static_cast<std::int64_t>(count));
}

}  // namespace

std::string date_of(base::TimePoint time) {
  return base::to_rfc3339(time).substr(0, kDateLength);
}

Day summarise(const std::vector<Row>& rows) {
  Day day;
  std::map<std::string, std::pair<std::vector<double>, std::string>> values;
  for (const auto& row : rows) {
    day.date = date_of(row.started_at);
    day.series = series_of(row);
    ++day.runs;
    if (row.status != history::JobStatus::success) continue;
    ++day.successes;
    if (row.run_attempt != 1) continue;
    values["seconds"].first.push_back(row.seconds);
    values["seconds"].second = "seconds";
    for (const auto& [name, measure] : row.metrics) {
      if (name == "seconds") continue;
      values[name].first.push_back(measure.value);
      values[name].second = measure.unit;
    }
  }
  for (auto& [name, entry] : values) {
    auto& numbers = entry.first;
    std::sort(numbers.begin(), numbers.end());
    day.metrics[name] = {numbers.size(), quantile(numbers, 0.5), quantile(numbers, 0.95), entry.second};
  }
  return day;
}

Day merge(const Day& one, const Day& other) {
  Day merged = one;
  merged.runs += other.runs;
  merged.successes += other.successes;
  for (const auto& [name, theirs] : other.metrics) {
    auto& ours = merged.metrics[name];
    if (ours.n == 0) {
      ours = theirs;
    } else if (theirs.n > 0) {
      ours.p50 = weighted(ours.p50, ours.n, theirs.p50, theirs.n);
      ours.p95 = weighted(ours.p95, ours.n, theirs.p95, theirs.n);
      ours.n += theirs.n;
    }
  }
  return merged;
}

void add_day(std::vector<Day>& days, const Day& day) {
  const auto same =
      std::find_if(days.begin(), days.end(), [&](const Day& other) { return other.series == day.series; });
  if (same == days.end()) {
    days.push_back(day);
  } else {
    *same = merge(*same, day);
  }
}

Json to_json(const Day& day) {
  Json metrics = Json::object();
  for (const auto& [name, values] : day.metrics) {
    metrics.set(name, Json::object()
                          .set("n", count_json(values.n))
                          .set("p50", values.p50)
                          .set("p95", values.p95)
                          .set("unit", values.unit));
  }
  return Json::object()
      .set("date", day.date)
      .set("repository", day.series.repository)
      .set("workflow", day.series.workflow)
      .set("job", day.series.job)
      .set("matrix", day.series.matrix)
      .set("step", day.series.step)
      .set("runs", count_json(day.runs))
      .set("successes", count_json(day.successes))
      .set("metrics", std::move(metrics));
}

base::Result<Day> day_of(const Json& json) {
  Day day;
  day.date = json["date"].as_string();
  if (day.date.size() != kDateLength || !base::parse_rfc3339(day.date + "T00:00:00Z"))
    return base::fail(base::ErrorKind::data, "not the summary of a day: its date is missing");
  day.series = {json["repository"].as_string(), json["workflow"].as_string(), json["job"].as_string(),
                json["matrix"].as_string(), json["step"].as_string()};
  day.runs = count_in(json["runs"]);
  day.successes = count_in(json["successes"]);
  for (const auto& [name, values] : json["metrics"].members()) {
    day.metrics[name] = {count_in(values["n"]), values["p50"].as_number(), values["p95"].as_number(),
                         values["unit"].as_string()};
  }
  return day;
}

}  // namespace ci::history_store
