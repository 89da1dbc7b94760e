#pragma once
// One metric of a run beside its history.
#include <optional>
#include <string>
#include <vector>

#include "insight/comparison.hpp"
#include "statistics/judgement.hpp"

namespace ci::insight {

struct MetricInsight {
  std::string name;  // kJobSeconds, or the record's
  std::string unit;
  double value = 0;
  bool is_duration = false;  // only durations are judged; of others the median and the last values are told
  std::string stratum;       // in words
  statistics::Judgement judgement;
  std::optional<double> adjusted_p;   // of a regression by the rank test: for the number of metrics judged
  std::vector<double> last;           // the last values, the run's own at the end: for a sparkline
  std::optional<RunPlace> first_bad;  // of a regression
  std::optional<RunPlace> last_good;  // the run before it
};

inline constexpr std::size_t kMostLast = 30;

// Returns what the history tells of each metric of `current`, the job's seconds first. A regression that only the rank
// test sees is dropped when it may be chance, given how many metrics were tested.
std::vector<MetricInsight> metric_insights(const std::vector<history_store::Row>& earlier,
                                           const history_store::Row& current, std::string_view default_branch);

// Takes the verdict back, with what belongs to a regression; the median and the last values stay.
void leave_unjudged(MetricInsight& metric);

// Returns what a table calls it: "the whole job", or the metric's name.
std::string title(const MetricInsight& metric);

// Returns a sentence for people, in plain text without the metric's name:
// "regression: +4.2 s (+14 %, 95 % interval +3.5 s to +5.0 s), 5 runs against 20, p = 0.00002, since run 17 (abc1234)",
// "slow run: 61 s, usual are 30 s", "as usual: 30 s", "baseline: 4 of 10 runs".
std::string sentence(const MetricInsight& metric);

// Returns the value with its unit, for people: "3.2 s", "1.5 MB", "12 packages".
std::string with_unit(double value, std::string_view unit);

// Returns a part with its sign: "+14 %", "−67 %".
std::string signed_percent(double part);

}  // namespace ci::insight
