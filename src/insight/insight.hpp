#pragma once
// What the history says about one run: everything that summary, check, page and terminal tell of it.
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "history/record.hpp"
#include "history_store/history_store.hpp"
#include "insight/cache_ledger.hpp"
#include "insight/metric_insight.hpp"
#include "insight/series_changes.hpp"
#include "statistics/flakiness.hpp"
#include "statistics/proportion.hpp"
#include "statistics/reliability.hpp"

namespace ci::insight {

// How many kept runs of the job are read.
inline constexpr std::size_t kMostRuns = 1000;
// Over how many days success and reliability are told.
inline constexpr int kReliabilityDays = 30;

struct Insight {
  std::string not_judged;  // why there is no verdict: "the run failed"; "" otherwise
  std::size_t kept_runs = 0;
  std::vector<MetricInsight> metrics;  // the job's seconds first
  std::vector<CacheLine> caches;
  std::vector<SeriesChange> changes;    // of the job's seconds in this run's stratum, the newest first
  statistics::Proportion success;       // of the job's first attempts in 30 days, this one too once it has ended
  statistics::Reliability reliability;  // of all its attempts in that time
  statistics::Flakiness flakiness;
  std::vector<RunPlace> chance_failures;  // the newest of what it tells, a few
};

// Returns what the kept runs before `record` say about it. It need not be kept itself. Error: the store's, or data when
// the record is none; a warning for the caller, who reports without it.
base::Result<Insight> look_back(history_store::HistoryStore& store, const history::Record& record);

// Returns the worst of the metrics' assessments; unjudged when none is judged.
statistics::Assessment assessment(const Insight& insight);

// Returns the line above all others: the worst metric with its sentence, "the whole job: slow run: ..."; how far the
// baseline is, or why nothing is judged. Plain text.
std::string headline(const Insight& insight);

// The form for --json and for whoever reads on.
base::Json to_json(const Insight& insight);
base::Json to_json(const SeriesChange& change);
base::Json to_json(const statistics::Flakiness& flakiness);

}  // namespace ci::insight
