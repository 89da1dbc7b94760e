#include "report/foreign_records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "history/record_reader.hpp"
#include "platform/filesystem.hpp"
#include "platform/foreign_text.hpp"

namespace ci::report {
namespace {

namespace fs = std::filesystem;
using history::Record;

base::Result<std::vector<fs::path>> files_of(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (fs::symlink_status(path, error).type() != fs::file_type::directory) {
      files.push_back(path);
      continue;
    }
    const std::size_t before = files.size();
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->path().extension() == ".json") files.push_back(entry->path());
      if (files.size() > kMostForeignRecords) break;
    }
    if (error) return base::fail(base::ErrorKind::io, "cannot read " + path.string() + ": " + error.message());
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  }
  if (files.empty()) return base::fail(base::ErrorKind::data, "there is no record");
  if (files.size() > kMostForeignRecords)
    return base::fail(base::ErrorKind::data, fmt::format("there are more than {} records", kMostForeignRecords));
  return files;
}

base::Result<Record> read_one(const fs::path& file) {
  std::error_code error;
  // A link would lead to files of this machine.
  if (fs::symlink_status(file, error).type() != fs::file_type::regular)
    return base::fail(error ? base::ErrorKind::io : base::ErrorKind::data, "it is not a file");
  const auto text = platform::read_file(file, kLongestForeignRecord);
  if (!text) return base::fail(text.error());
  auto record = history::parse_record(*text);
  if (!record) return record;
  if (history::check_conclusion(record->status).empty())
    return base::fail(base::ErrorKind::data, "it is the record of a job that is not over");
  return record;
}

}  // namespace

base::Result<std::vector<Record>> read_foreign_records(const std::vector<fs::path>& paths) {
  const auto files = files_of(paths);
  if (!files) return base::fail(files.error());
  std::vector<Record> records;
  for (const auto& file : *files) {
    auto record = read_one(file);
    if (!record) return base::fail(record.error().within(platform::disarmed_line(file.string())));
    records.push_back(std::move(*record));
  }
  return records;
}

void attribute(Record& record, const github::FollowedRun& run) {
  record.repository = run.repository;
  record.workflow = run.workflow;
  record.run_id = run.run_id;
  record.run_attempt = run.attempt;
  record.branch = run.branch;
  record.commit_sha = run.head_sha;
  record.check_run_url.clear();
  record.record_path.clear();
  record.report_path.clear();
  record.job = platform::disarmed_line(record.job);
  record.step = platform::disarmed_line(record.step);
  std::map<std::string, std::string> matrix;
  for (const auto& [name, value] : record.matrix)
    matrix[platform::disarmed_line(name)] = platform::disarmed_line(value);
  record.matrix = std::move(matrix);
}

}  // namespace ci::report
