#pragma once
// What the exporters for Prometheus tell of a job run.
#include <vector>

#include "export/sample.hpp"
#include "history/record.hpp"

namespace ci::exporter {

inline constexpr MetricKind kConsecutiveFailures = {
    "cicd_build_consecutive_failures", "How many of the newest runs failed, one after the other; cancelled ones aside"};
inline constexpr MetricKind kSuccessRate = {
    "cicd_build_success_rate", "Share of the runs of the window that succeeded, of those that succeeded or failed"};
inline constexpr MetricKind kWindowRuns = {"cicd_build_window_runs", "Runs of the window by result"};

// Of one record so many caches, phases and metrics are told at most: their names are labels.
inline constexpr std::size_t kMostOfAKind = 50;

// Returns the samples of one finished run, each with the labels of its series and its own. No two have the same metric
// and labels, and every value is finite.
std::vector<Sample> job_samples(const history::Record& record, const Labels& series);

}  // namespace ci::exporter
