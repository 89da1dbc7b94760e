#include "insight/insight.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history/default_branch.hpp"

namespace ci::insight {
namespace {

using history::JobStatus;
using history_store::Row;
using statistics::Assessment;

bool has_ended_by_itself(const Row& row) {
  return row.status == JobStatus::success || row.status == JobStatus::failure || row.status == JobStatus::timed_out;
}

// The runs of its job before the current one, the newest first, without those that are still running.
base::Result<std::vector<Row>> earlier_runs(history_store::HistoryStore& store, const Row& current) {
  auto selection = history_store::runs_of(series_of(current));
  selection.until = current.started_at;
  selection.limit = kMostRuns;
  auto rows = store.rows(selection);
  if (!rows) return base::fail(rows.error());
  const auto own = history_store::identity(current);
  std::erase_if(*rows, [&](const Row& row) {
    return row.status == JobStatus::running || row.status == JobStatus::pending || history_store::identity(row) == own;
  });
  return rows;
}

void judge_reliability(const std::vector<Row>& earlier, const Row& current, Insight& insight) {
  const auto since = current.started_at - std::chrono::hours(24 * kReliabilityDays);
  std::vector<const Row*> runs{&current};
  for (const auto& row : earlier) {
    if (row.started_at >= since) runs.push_back(&row);
  }
  std::erase_if(runs, [](const Row* row) { return !has_ended_by_itself(*row); });
  const auto end_of = [](const Row* row) { return base::seconds(row->started_at.time_since_epoch()) + row->seconds; };
  std::stable_sort(runs.begin(), runs.end(), [&](const Row* a, const Row* b) { return end_of(a) < end_of(b); });
  std::int64_t successes = 0;
  std::int64_t first_attempts = 0;
  std::vector<statistics::RunEnd> ends;
  for (const auto* run : runs) {
    const bool success = run->status == JobStatus::success;
    ends.push_back({end_of(run), !success});
    if (run->run_attempt != 1) continue;
    ++first_attempts;
    if (success) ++successes;
  }
  insight.success = statistics::wilson(successes, first_attempts);
  insight.reliability = statistics::reliability(ends);
}

base::Result<void> judge_chance(history_store::HistoryStore& store, const std::vector<Row>& earlier, const Row& current,
                                Insight& insight) {
  const auto since = current.started_at - std::chrono::hours(24 * kFlakyDays);
  std::vector<Row> runs{current};
  std::copy_if(earlier.begin(), earlier.end(), std::back_inserter(runs),
               [&](const Row& row) { return row.started_at >= since; });
  auto job = flaky_job(store, series_of(current), runs, current.started_at);
  if (!job) return base::fail(job.error());
  insight.flakiness = job->flakiness;
  insight.chance_failures = std::move(job->chance_failures);
  return {};
}

std::string baseline_branch(const std::vector<Row>& earlier, const Row& current, std::string_view named) {
  std::vector<const Row*> runs{&current};
  for (const auto& row : earlier) runs.push_back(&row);
  return history::default_branch(
      named, runs, [](const Row* row) -> const auto& { return row->branch; });
}

std::string why_not_judged(const Row& current) {
  if (current.status != JobStatus::success && current.status != JobStatus::running)
    return fmt::format("the run ended as {}", history::word(current.status));
  if (current.run_attempt > 1) return "a later attempt finds what the first left behind";
  return "";
}

std::vector<SeriesChange> changes_of(const std::vector<Row>& earlier, const Row& current, std::string_view branch) {
  std::vector<Row> rows;
  for (const auto* row : comparable_runs(earlier, current, kJobSeconds, branch)) {
    if (is_baseline(*row, branch)) rows.push_back(*row);
  }
  if (is_baseline(current, branch)) rows.push_back(current);
  return series_changes(rows, kJobSeconds, branch);
}

}  // namespace

base::Result<Insight> look_back(history_store::HistoryStore& store, const history::Record& record) {
  const auto current = history_store::row_of(history::to_json(record));
  if (!current) return base::fail(current.error());
  const auto earlier = earlier_runs(store, *current);
  if (!earlier) return base::fail(earlier.error());
  Insight insight;
  insight.kept_runs = earlier->size();
  insight.not_judged = why_not_judged(*current);
  const auto branch = baseline_branch(*earlier, *current, record.default_branch);
  insight.metrics = metric_insights(*earlier, *current, branch);
  if (!insight.not_judged.empty()) {
    for (auto& metric : insight.metrics) leave_unjudged(metric);
  }
  insight.caches = cache_ledger(store, record, *earlier);
  insight.changes = changes_of(*earlier, *current, branch);
  judge_reliability(*earlier, *current, insight);
  if (const auto judged = judge_chance(store, *earlier, *current, insight); !judged) return base::fail(judged.error());
  return insight;
}

Assessment assessment(const Insight& insight) {
  auto worst = Assessment::unjudged;
  for (const auto& metric : insight.metrics) worst = std::max(worst, metric.judgement.assessment);
  return worst;
}

std::string headline(const Insight& insight) {
  if (!insight.not_judged.empty()) return "not compared: " + insight.not_judged;
  const auto worst = assessment(insight);
  for (const auto& metric : insight.metrics) {
    if (metric.judgement.assessment == worst) return fmt::format("{}: {}", title(metric), sentence(metric));
  }
  return "nothing to compare";
}

}  // namespace ci::insight
