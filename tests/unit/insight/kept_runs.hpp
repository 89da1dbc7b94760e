#pragma once
// Runs of one job to look back on: one an hour, as rows and as records in a real store.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "fakes/fake_clock.hpp"
#include "history/record.hpp"
#include "history_store/file_history_store.hpp"
#include "platform/filesystem.hpp"

namespace ci::test {

inline base::TimePoint hour(int number) {
  return base::TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 1)) + std::chrono::hours(number);
}

// The run of that hour on main: 30 s, of which packages took 10; its commit is its number.
inline history::Record run_of(int number, double seconds = 30) {
  history::Record record;
  record.id = fmt::format("id-{}", number);
  record.repository = "o/r";
  record.workflow = "ci";
  record.job = "test";
  record.run_id = std::to_string(number);
  record.branch = "main";
  record.default_branch = "main";
  record.commit_sha = fmt::format("{:07}", number);
  record.runner = {"ubuntu 24.04", "x64", "ubuntu24", "20261101"};
  record.status = history::JobStatus::success;
  record.exit_code = 0;
  record.started_at = hour(number);
  record.seconds = seconds;
  record.apt.emplace().tier = "delta";
  history::Metric metric;
  metric.id = fmt::format("00000000-0000-4000-8000-{:012}", number);
  metric.name = "package_installation_time";
  metric.value = seconds / 3;
  metric.unit = "seconds";
  record.metrics = {metric};
  return record;
}

inline history::Record failed_run(int number) {
  auto record = run_of(number);
  record.status = history::JobStatus::failure;
  record.exit_code = 2;
  return record;
}

inline history_store::Row row(const history::Record& record) {
  return *history_store::row_of(history::to_json(record));
}

// Of runs 0 to count - 1, the newest first, with a little noise.
inline std::vector<history::Record> calm_runs(int count) {
  std::vector<history::Record> records;
  for (int number = count - 1; number >= 0; --number)
    records.push_back(run_of(number, 30 + 0.1 * (number * 7 % 13) - 0.6));
  return records;
}

inline std::vector<history_store::Row> rows(const std::vector<history::Record>& records) {
  std::vector<history_store::Row> rows;
  for (const auto& record : records) rows.push_back(row(record));
  return rows;
}

class KeptRuns {
 public:
  history_store::HistoryStore& store() { return store_; }
  void put(const history::Record& record) {
    const auto kept = store_.put(history::to_json(record));
    ASSERT_TRUE(kept) << kept.error().message;
  }
  void put(const std::vector<history::Record>& records) {
    for (const auto& record : records) put(record);
  }

 private:
  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "insight."));
  FakeClock clock_;
  history_store::FileHistoryStore store_{folder_.path() / "history", clock_};
};

}  // namespace ci::test
