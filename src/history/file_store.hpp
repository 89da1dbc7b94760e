#pragma once
// Records as files in a folder: records/ID.json and reports/ID.md.
#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "history/record.hpp"
#include "history/retention.hpp"

namespace ci::history {

class FileStore {
 public:
  explicit FileStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] std::filesystem::path record_path(const std::string& id) const;
  [[nodiscard]] std::filesystem::path report_path(const std::string& id) const;

  // Puts the record in place, whole: a reader, or a run killed at this moment, leaves a readable file. Error: io.
  base::Result<void> write(const Record& record) const;
  // Puts a record's report in place. Error: io.
  base::Result<void> write_report(const std::string& id, std::string_view markdown) const;

  // Removes the records, with their reports, that are both older than `retention.days` at `now` and not among the
  // newest `retention.runs`: 30 days or 50 runs, whichever is more. Returns how many. Other files are left alone.
  base::Result<int> prune(base::TimePoint now, Retention retention) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace ci::history
