#include "history_store/selection.hpp"

#include <algorithm>

namespace ci::history_store {
namespace {

template <class Value>
bool fits(const std::optional<Value>& asked, const Value& value) {
  return !asked || *asked == value;
}

}  // namespace

bool selects(const Selection& selection, const Row& row) {
  const auto& statuses = selection.statuses;
  return selects(selection, series_of(row)) && fits(selection.run_id, row.run_id) &&
         fits(selection.run_attempt, row.run_attempt) && fits(selection.branch, row.branch) &&
         fits(selection.commit_sha, row.commit_sha) && fits(selection.os, row.os) &&
         fits(selection.architecture, row.architecture) && fits(selection.image, row.image) &&
         fits(selection.image_version, row.image_version) && fits(selection.tier, row.tier) &&
         fits(selection.caches, row.caches) &&
         (statuses.empty() || std::find(statuses.begin(), statuses.end(), row.status) != statuses.end()) &&
         row.id.starts_with(selection.id_prefix) && (!selection.since || row.started_at >= *selection.since) &&
         (!selection.until || row.started_at < *selection.until);
}

bool selects(const Selection& selection, const Series& series) {
  return fits(selection.repository, series.repository) && fits(selection.workflow, series.workflow) &&
         fits(selection.job, series.job) && fits(selection.matrix, series.matrix) && fits(selection.step, series.step);
}

}  // namespace ci::history_store
