#pragma once
// Which of the kept runs are meant.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "history_store/row.hpp"

namespace ci::history_store {

// Every part that is given must be equal; "" is a value like any other.
struct Selection {
  std::optional<std::string> repository{};
  std::optional<std::string> workflow{};
  std::optional<std::string> job{};
  std::optional<std::string> matrix{};  // canonical_matrix()
  std::optional<std::string> step{};
  std::optional<std::string> run_id{};
  std::optional<int> run_attempt{};
  std::optional<std::string> branch{};
  std::optional<std::string> commit_sha{};
  std::optional<std::string> os{};
  std::optional<std::string> architecture{};
  std::optional<std::string> image{};
  std::optional<std::string> image_version{};
  std::optional<std::string> tier{};
  std::optional<std::string> caches{};
  std::vector<history::JobStatus> statuses{};  // one of these; none = any
  std::string id_prefix{};                     // what the id begins with
  std::optional<base::TimePoint> since{};      // started then or later
  std::optional<base::TimePoint> until{};      // started before
  std::size_t limit = 0;                       // so many of the newest; 0 = all
};

// Whether `selection` selects the run, but for its limit.
bool selects(const Selection& selection, const Row& row);

// Whether `selection` selects runs of the series.
bool selects(const Selection& selection, const Series& series);

// Selects the runs of one series.
inline Selection runs_of(const Series& series) {
  Selection selection;
  selection.repository = series.repository;
  selection.workflow = series.workflow;
  selection.job = series.job;
  selection.matrix = series.matrix;
  selection.step = series.step;
  return selection;
}

}  // namespace ci::history_store
