#pragma once
// Records of one job over its runs.
#include <optional>
#include <string>
#include <vector>

#include "history/record.hpp"

namespace ci::report {

// The runs of one job: same repository, workflow, job, matrix values and step.
struct RunSeries {
  std::vector<const history::Record*> runs;  // newest first

  // The median of the seconds of successful runs; nothing when there is none.
  [[nodiscard]] std::optional<double> median_seconds() const;
  // How many runs median_seconds() is of.
  [[nodiscard]] std::size_t successes() const;
  // Workflow, job, matrix values and step in one line.
  [[nodiscard]] std::string name() const;
};

// Returns the series that `records`, newest first, are of, in the order of their newest runs. Each holds at most
// `most` runs, the newest.
std::vector<RunSeries> run_series(const std::vector<history::Record>& records, std::size_t most);

}  // namespace ci::report
