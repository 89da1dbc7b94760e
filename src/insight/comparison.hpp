#pragma once
// Which kept runs a run may be compared with, and in what (docs/STATISTICS.md, "What is compared").
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history_store/row.hpp"
#include "statistics/strata.hpp"

namespace ci::insight {

// The name under which the time of the whole job is judged beside the metrics of the record.
inline constexpr std::string_view kJobSeconds = "seconds";

// A run, as lists and sentences name it.
struct RunPlace {
  std::string id;  // of the record
  std::string run_id;
  int run_attempt = 1;
  std::string branch;
  std::string commit_sha;
  std::string image_version;  // of the runner
  base::TimePoint started_at;
};

RunPlace place_of(const history_store::Row& row);

// Returns "run 17 (commit abc1234, 2026-11-21)", or of what is known as much; plain text.
std::string in_words(const RunPlace& place);

// Returns "ci / test (go=1.22)": what people call the series.
std::string label(const history_store::Series& series);
// Returns the stratum's label, with its step as people are told of it.
std::string label(statistics::Stratum stratum);

// Returns the worst outcome in a row's "NAME=OUTCOME ...". The caches of packages are left out: the tier tells of them.
statistics::CacheResult worst_cache(std::string_view caches);

// Returns the stratum of one of the row's metrics: what was installed of packages depends on their tier alone,
// everything else on the other caches too.
statistics::Stratum stratum_of(const history_store::Row& row, std::string_view metric);

// Returns the row's value of a metric, or of kJobSeconds; nothing when it has none or none that can be a measurement.
std::optional<history_store::Measure> measure_of(const history_store::Row& row, std::string_view metric);

// Whether the row's values join the baseline. Without a known default branch every branch counts.
bool is_baseline(const history_store::Row& row, std::string_view default_branch);

// Returns those of `earlier` that `current` may be compared with in `metric`, in the order of time: the baseline of its
// stratum; for a run of another branch followed by that branch's own runs, which are its recent ones.
std::vector<const history_store::Row*> comparable_runs(const std::vector<history_store::Row>& earlier,
                                                       const history_store::Row& current, std::string_view metric,
                                                       std::string_view default_branch);

}  // namespace ci::insight
