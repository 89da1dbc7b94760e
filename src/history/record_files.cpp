#include "history/record_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <tuple>

#include "history/record_reader.hpp"
#include "platform/filesystem.hpp"

namespace ci::history {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargest = std::size_t{16} << 20;

base::Result<Record> read_one(const fs::path& path) {
  const auto text = platform::read_file(path, kLargest);
  if (!text) return base::fail(text.error());
  auto record = parse_record(*text);
  if (record) return record;
  auto error = record.error().within(path.string());
  if (error.hint.empty()) error.hint = "a record is what `optimize --json` prints, and what a history store keeps";
  return base::fail(std::move(error));
}

struct Document {
  fs::file_time_type written;
  fs::path path;
};

// Adds the JSON files of a folder and, of a store, those of its days.
std::error_code find_documents(const fs::path& folder, bool in_days, std::vector<Document>& found) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    if (in_days && entry->is_directory(gone)) {
      if (const auto failed = find_documents(entry->path(), false, found)) return failed;
    }
    if (entry->path().extension() != ".json" || !entry->is_regular_file(gone)) continue;
    const auto written = entry->last_write_time(gone);
    if (!gone) found.push_back({written, entry->path()});
  }
  return error;
}

// The documents of a folder, the one that was written last first.
base::Result<std::vector<Document>> documents_of(const fs::path& folder) {
  std::error_code error;
  const auto inner = folder / "records";
  const bool is_store = fs::is_directory(inner, error);
  std::vector<Document> found;
  if (const auto failed = find_documents(is_store ? inner : folder, is_store, found)) {
    const auto kind = failed == std::errc::permission_denied ? base::ErrorKind::permission : base::ErrorKind::io;
    return base::fail(kind, fmt::format("cannot read {}: {}", folder.string(), failed.message()));
  }
  std::sort(found.begin(), found.end(), [](const Document& a, const Document& b) {
    return std::tie(b.written, b.path) < std::tie(a.written, a.path);
  });
  return found;
}

}  // namespace

base::Result<RecordFiles> read_record_files(const std::vector<fs::path>& paths, std::size_t most) {
  RecordFiles files;
  for (const auto& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      auto record = read_one(path);
      if (!record) return base::fail(record.error());
      files.records.push_back(std::move(*record));
      continue;
    }
    const auto documents = documents_of(path);
    if (!documents) return base::fail(documents.error());
    for (std::size_t i = 0; i < std::min(documents->size(), most); ++i) {
      auto record = read_one((*documents)[i].path);
      if (record) {
        files.records.push_back(std::move(*record));
      } else {
        files.left_out.push_back(record.error().message);
      }
    }
    files.older += documents->size() - std::min(documents->size(), most);
  }
  if (files.records.empty()) return base::fail(base::ErrorKind::data, "there is no record in what was named");
  auto& records = files.records;
  std::stable_sort(records.begin(), records.end(),
                   [](const Record& a, const Record& b) { return a.started_at > b.started_at; });
  std::set<std::string> seen;
  records.erase(std::remove_if(records.begin(), records.end(),
                               [&](const Record& record) { return !seen.insert(record.id).second; }),
                records.end());
  return files;
}

}  // namespace ci::history
