#include "optimize/cold_times.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/json.hpp"
#include "cache/entry_label.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostRecords = 500;  // that are looked at

base::Json read_record(const fs::path& path) {
  const auto text = platform::read_file(path);
  auto json = text ? base::parse_json(*text) : base::Result<base::Json>(base::Json());
  return json ? std::move(*json) : base::Json();
}

}  // namespace

std::vector<double> cold_times(const std::string& record_path, const std::string& name) {
  if (record_path.empty()) return {};
  const auto own = read_record(record_path);
  std::vector<std::pair<std::string, double>> found;  // with the time of the job
  std::size_t looked_at = 0;
  std::error_code error;
  for (fs::directory_iterator file(fs::path(record_path).parent_path(), error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() != ".json" || ++looked_at > kMostRecords) continue;
    const auto record = read_record(file->path());
    const bool same_job = record["repository"] == own["repository"] && record["workflow"] == own["workflow"] &&
                          record["job"] == own["job"];
    if (!same_job) continue;
    for (const auto& cache : record["caches"].items()) {
      if (cache["name"].as_string() == name && cache["cold_seconds"].as_number() > 0)
        found.emplace_back(record["started_at"].as_string(), cache["cold_seconds"].as_number());
    }
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<double> times;
  for (const auto& [started, seconds] : found) times.push_back(seconds);
  return times;
}

std::vector<double> with_older(std::vector<double> times, const std::vector<double>& older) {
  for (const double seconds : older) {
    if (std::find(times.begin(), times.end(), seconds) == times.end()) times.push_back(seconds);
  }
  if (times.size() > cache::kMostColdTimes) times.resize(cache::kMostColdTimes);
  return times;
}

}  // namespace ci::optimize
