#pragma once
// Records put in order: the runs of one job in one place are a series, with labels of few values.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "history/record.hpp"

namespace ci::exporter {

using Labels = std::vector<std::pair<std::string, std::string>>;

struct Series {
  Labels labels;                             // those with a value, in a fixed order
  std::vector<const history::Record*> runs;  // finished ones, the oldest first
};

inline constexpr std::size_t kMostSeries = 1000;
inline constexpr std::size_t kLongestLabel = 128;  // bytes

// Returns the labels that tell the series of `record`: repository, workflow, ci_job (`job` is Prometheus's own), matrix
// (NAME=VALUE, sorted), step (step_label(), where it says something), architecture, and branch, which is `default` or
// `other` (branch names have no end). `default_branch`: that of the repository, for a record that does not name it; ""
// = every branch (history/default_branch.hpp).
Labels series_labels(const history::Record& record, std::string_view default_branch);

struct SeriesList {
  std::vector<Series> series;  // sorted by their labels
  std::size_t left_out = 0;    // how many there were beyond kMostSeries, those that ran least recently
};

// Returns the series of the finished records among `records`, which must outlive it.
SeriesList series_of(const std::vector<history::Record>& records);

}  // namespace ci::exporter
