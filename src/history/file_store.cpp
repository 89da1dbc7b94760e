#include "history/file_store.hpp"

#include <algorithm>
#include <vector>

#include "platform/filesystem.hpp"

namespace ci::history {
namespace {

namespace fs = std::filesystem;

struct Kept {
  fs::path path;
  base::TimePoint started_at;
};

}  // namespace

fs::path FileStore::record_path(const std::string& id) const {
  return folder_ / "records" / (id + ".json");
}
fs::path FileStore::report_path(const std::string& id) const {
  return folder_ / "reports" / (id + ".md");
}

base::Result<void> FileStore::write(const Record& record) const {
  return platform::write_file(record_path(record.id), to_json(record).pretty() + "\n");
}

base::Result<void> FileStore::write_report(const std::string& id, std::string_view markdown) const {
  return platform::write_file(report_path(id), markdown);
}

base::Result<int> FileStore::prune(base::TimePoint now, Retention retention) const {
  std::vector<Kept> records;
  std::error_code error;
  for (fs::directory_iterator entry(folder_ / "records", error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() != ".json") continue;
    const auto text = platform::read_file(entry->path());
    if (!text) continue;
    const auto json = base::parse_json(*text);
    const auto started = json ? base::parse_rfc3339((*json)["started_at"].as_string()) : std::nullopt;
    if (started) records.push_back({entry->path(), *started});
  }
  if (error)
    return base::fail(base::ErrorKind::io, "cannot read " + (folder_ / "records").string() + ": " + error.message());
  std::sort(records.begin(), records.end(), [](const Kept& a, const Kept& b) { return a.started_at > b.started_at; });
  int removed = 0;
  for (std::size_t i = static_cast<std::size_t>(retention.runs); i < records.size(); ++i) {
    if (now - records[i].started_at <= std::chrono::hours(24 * retention.days)) continue;
    fs::remove(report_path(records[i].path.stem().string()), error);
    if (fs::remove(records[i].path, error)) ++removed;
  }
  return removed;
}

}  // namespace ci::history
