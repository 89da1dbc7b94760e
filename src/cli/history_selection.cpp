#include "cli/history_selection.hpp"

#include <fmt/format.h>

#include <map>

namespace ci::cli {
namespace {

using base::ErrorKind;
using base::fail;

base::Result<std::optional<base::TimePoint>> time_of(const char* option, const std::string& text, base::TimePoint now) {
  if (text.empty()) return std::nullopt;
  if (const auto age = base::parse_duration(text)) return now - *age;
  if (const auto time = base::parse_rfc3339(text)) return *time;
  if (const auto day = base::parse_rfc3339(text + "T00:00:00Z")) return *day;
  return fail(ErrorKind::usage, fmt::format("{}: '{}' is no time", option, text),
              "write how long ago (7d, 12h), a day (2026-11-21) or RFC 3339 in UTC");
}

}  // namespace

base::Result<history_store::Selection> selection_of(const HistoryFilters& filters, base::TimePoint now,
                                                    std::size_t limit) {
  history_store::Selection selection;
  selection.repository = filters.repository;
  selection.workflow = filters.workflow;
  selection.job = filters.job;
  selection.step = filters.step;
  selection.branch = filters.branch;
  selection.commit_sha = filters.commit;
  selection.run_id = filters.run;
  selection.limit = filters.limit.value_or(limit);
  std::map<std::string, std::string> matrix;
  for (const auto& value : filters.matrix) {
    const auto equals = value.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(ErrorKind::usage, fmt::format("--matrix: '{}' is not NAME=VALUE", value));
    matrix[value.substr(0, equals)] = value.substr(equals + 1);
  }
  if (!matrix.empty()) selection.matrix = history_store::canonical_matrix(matrix);
  for (const auto& word : filters.statuses) {
    const auto status = history_store::job_status(word);
    if (!status) {
      return fail(ErrorKind::usage,
                  fmt::format("--status: '{}' is not one of pending, running, success, failure, cancelled, timed_out, "
                              "skipped",
                              word));
    }
    selection.statuses.push_back(*status);
  }
  const auto since = time_of("--since", filters.since, now);
  if (!since) return fail(since.error());
  selection.since = *since;
  const auto until = time_of("--until", filters.until, now);
  if (!until) return fail(until.error());
  selection.until = *until;
  return selection;
}

}  // namespace ci::cli
