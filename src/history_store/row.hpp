#pragma once
// One kept run in short: what lists, baselines and exports of numbers need without opening its document.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "history/status.hpp"

namespace ci::history_store {

struct Measure {
  double value = 0;
  std::string unit;
  friend bool operator==(const Measure&, const Measure&) = default;
};

struct Row {
  std::string id;
  std::string repository;
  std::string workflow;
  std::string job;
  std::string matrix;  // canonical_matrix(); "" when the job has none
  std::string step;    // as Record::step
  std::string run_id;  // "" outside CI
  int run_attempt = 1;
  std::string branch;
  std::string commit_sha;
  history::JobStatus status = history::JobStatus::pending;
  std::optional<int> exit_code;
  base::TimePoint started_at;
  double seconds = 0;
  std::string os;  // of the runner; "" = unknown, as are the three below
  std::string architecture;
  std::string image;
  std::string image_version;
  std::string tier;    // of apt; "" when no packages were asked for
  std::string caches;  // "NAME=OUTCOME ..." in the order of the names: "apt=exact go-build=miss"
  std::map<std::string, Measure> metrics;
  std::vector<std::string> failed_steps;  // that a problem of level failure names, each once
  friend bool operator==(const Row&, const Row&) = default;
};

// What the rows of one kind of job have in common: their numbers may be compared.
struct Series {
  std::string repository;
  std::string workflow;
  std::string job;
  std::string matrix;
  std::string step{};
  friend auto operator<=>(const Series&, const Series&) = default;  // NOLINT(modernize-use-nullptr)
};

inline Series series_of(const Row& row) {
  return {row.repository, row.workflow, row.job, row.matrix, row.step};
}

// Returns the row of a record's document (docs/schemas/record.schema.json). Error: data, when that is no record: the
// names id, job, status and started_at are required, texts must have a bounded length, numbers must be finite.
base::Result<Row> row_of(const base::Json& document);

// Returns matrix values as one text, the same whatever their order: {"os":"ubuntu","python":"3.12"}; "" for none.
std::string canonical_matrix(const std::map<std::string, std::string>& matrix);

// Returns what tells one job run from all others: two records with the same are one, the later replaces the earlier.
// That is repository, run, attempt, job, matrix and step; outside CI, where there is no run, the record's own id.
// Records without a step have the identity that they had before there were steps in it.
std::string identity(const Row& row);

// Returns the parts of a series as one text, from which stores make their keys. As identity(), without a step that is
// "".
std::string canonical_text(const Series& series);

// Returns the status that is written `word`, or nothing.
std::optional<history::JobStatus> job_status(std::string_view word);

}  // namespace ci::history_store
