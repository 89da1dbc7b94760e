#include "export/series.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "export/result.hpp"

namespace ci::exporter {
namespace {

bool on_default_branch(const history::Record& record) {
  if (!record.default_branch.empty()) return record.branch == record.default_branch;
  return record.branch == "main" || record.branch == "master";
}

std::string matrix_text(const history::Record& record) {
  std::vector<std::string> values;
  for (const auto& [name, value] : record.matrix) values.push_back(name + "=" + value);
  return base::join(values, ",");
}

}  // namespace

Labels series_labels(const history::Record& record) {
  Labels labels;
  const auto add = [&](const char* name, std::string_view value) {
    if (!value.empty()) labels.emplace_back(name, base::truncate_utf8(base::valid_utf8(value), kLongestLabel));
  };
  add("repository", record.repository);
  add("workflow", record.workflow);
  add("ci_job", record.job);
  add("matrix", matrix_text(record));
  add("step", history::step_label(record.step));
  add("architecture", record.runner.architecture);
  add("branch", on_default_branch(record) ? "default" : "other");
  return labels;
}

SeriesList series_of(const std::vector<history::Record>& records) {
  std::map<Labels, std::vector<const history::Record*>> found;
  for (const auto& record : records) {
    if (is_finished(record)) found[series_labels(record)].push_back(&record);
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
