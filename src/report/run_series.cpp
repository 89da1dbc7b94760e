#include "report/run_series.hpp"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "base/text.hpp"
#include "statistics/order_statistics.hpp"

namespace ci::report {
namespace {

using history::Record;

std::vector<double> successful_seconds(const std::vector<const Record*>& runs) {
  std::vector<double> seconds;
  for (const auto* run : runs) {
    if (run->status == history::JobStatus::success) seconds.push_back(run->seconds);
  }
  return seconds;
}

}  // namespace

std::optional<double> RunSeries::median_seconds() const {
  const auto seconds = successful_seconds(runs);
  if (seconds.empty()) return std::nullopt;
  return statistics::median(seconds);
}

std::size_t RunSeries::successes() const {
  return successful_seconds(runs).size();
}

std::string RunSeries::name() const {
  std::vector<std::string> parts;
  const auto& newest = *runs.front();
  for (const auto* part : {&newest.workflow, &newest.job}) {
    if (!part->empty()) parts.push_back(*part);
  }
  std::string name = parts.empty() ? "a job without a name" : base::join(parts, " / ");
  std::vector<std::string> values;
  for (const auto& [key, value] : newest.matrix) values.push_back(fmt::format("{} {}", key, value));
  if (!values.empty()) name += " (" + base::join(values, ", ") + ")";
  const auto step = history::step_label(newest.step);
  return step.empty() ? name : name + ", step " + step;
}

std::vector<RunSeries> run_series(const std::vector<Record>& records, std::size_t most) {
  using Identity = std::tuple<std::string, std::string, std::string, std::map<std::string, std::string>, std::string>;
  std::map<Identity, std::size_t> places;
  std::vector<RunSeries> all;
  for (const auto& record : records) {
    const Identity identity{record.repository, record.workflow, record.job, record.matrix, record.step};
    const auto [place, is_new] = places.emplace(identity, all.size());
    if (is_new) all.emplace_back();
    auto& runs = all[place->second].runs;
    if (runs.size() < most) runs.push_back(&record);
  }
  return all;
}

}  // namespace ci::report
