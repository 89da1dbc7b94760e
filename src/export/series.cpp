#include "export/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "export/result.hpp"
#include "history/default_branch.hpp"

namespace ci::exporter {
namespace {

using Records = std::vector<const history::Record*>;

// The default branch of each repository, for the records of it that do not name it.
std::map<std::string, std::string> default_branches(const std::vector<history::Record>& records) {
  std::map<std::string, Records> of;
  for (const auto& record : records) of[record.repository].push_back(&record);
  std::map<std::string, std::string> branches;
  for (const auto& [repository, runs] : of)
    branches[repository] = history::default_branch(
        "", runs, [](const auto* run) -> const auto& { return run->branch; });
  return branches;
}

}  // namespace

Labels series_labels(const history::Record& record, std::string_view default_branch) {
  Labels labels;
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) labels.emplace_back(name, base::truncate_utf8(base::valid_utf8(value), kLongestLabel));
  };
  add("repository", record.repository);
  add("workflow", record.workflow);
  add("ci_job", record.job);
  add("matrix", history::matrix_text(record, ","));
  add("step", history::step_label(record.step));
  add("architecture", record.runner.architecture);
  const std::string_view named = record.default_branch.empty() ? default_branch : record.default_branch;
  add("branch", history::is_on_default_branch(record.branch, named) ? "default" : "other");
  return labels;
}

SeriesList series_of(const std::vector<history::Record>& records) {
  const auto branches = default_branches(records);
  std::map<Labels, Records> found;
  for (const auto& record : records) {
    if (is_finished(record)) found[series_labels(record, branches.at(record.repository))].push_back(&record);
  }
  SeriesList list;
  for (auto& [labels, runs] : found) {
    std::stable_sort(runs.begin(), runs.end(), [](const auto* a, const auto* b) {
      return std::pair(a->started_at, a->run_attempt) < std::pair(b->started_at, b->run_attempt);
    });
    list.series.push_back({labels, std::move(runs)});
  }
  if (list.series.size() > kMostSeries) {
    std::stable_sort(list.series.begin(), list.series.end(), [](const Series& a, const Series& b) {
      return a.runs.back()->started_at > b.runs.back()->started_at;
    });
    list.left_out = list.series.size() - kMostSeries;
    list.series.resize(kMostSeries);
    std::sort(list.series.begin(), list.series.end(),
              [](const Series& a, const Series& b) { return a.labels < b.labels; });
  }
  return list;
}

}  // namespace ci::exporter
