#include "action/outputs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ci::action {
namespace {

using history::SmokeStatus;

std::string smoke_status(const history::Record& record) {
  std::string status = "skipped";
  for (const auto& test : record.smoke) {
    if (test.status == SmokeStatus::failed || test.status == SmokeStatus::timed_out) return "failed";
    if (test.status == SmokeStatus::passed) status = "passed";
  }
  return status;
}

// The cache that the outputs tell of: that of the packages, else the first of the configuration's.
const history::CacheOutcome* shown_cache(const history::Record& record) {
  for (const auto& cache : record.caches) {
    if (cache.name == "apt") return &cache;
  }
  return record.caches.empty() ? nullptr : &record.caches.front();
}

// Whether every cache that the outputs tell of was an exact hit: that of the packages, or all of the configuration's.
bool is_hit(const history::Record& record) {
  const auto* shown = shown_cache(record);
  if (shown == nullptr || shown->name == "apt") return shown != nullptr && shown->outcome == "exact";
  return std::all_of(record.caches.begin(), record.caches.end(),
                     [](const auto& cache) { return cache.outcome == "exact"; });
}

// Whether the cache `name` was an exact hit, in words.
std::string exact_hit(const history::Record& record, const std::string& name) {
  const bool hit = std::any_of(record.caches.begin(), record.caches.end(),
                               [&](const auto& cache) { return cache.name == name && cache.outcome == "exact"; });
  return hit ? "true" : "false";
}

// The path of a binary that works; "" when there is none.
std::string binary_path(const history::Record& record) {
  if (!record.go || !record.go->binary || record.go->binary->size_bytes == 0) return "";
  return record.go->binary->paths.front();
}

// What kept the run from succeeding, in one line; "" when nothing did.
std::string reason(const history::Record& record) {
  if (record.status == history::JobStatus::success) return "";
  for (const auto& problem : record.problems) {
    if (problem.level == history::Problem::Level::failure) return problem.message.substr(0, problem.message.find('\n'));
  }
  return record.problems.empty() ? "" : record.problems.front().message;
}

// What all caches saved, in seconds; "" when none can tell.
std::string seconds_saved(const history::Record& record) {
  std::optional<double> sum;
  for (const auto& cache : record.caches) {
    if (cache.seconds_saved) sum = sum.value_or(0) + *cache.seconds_saved;
  }
  return sum ? fmt::format("{:.3f}", *sum) : "";
}

}  // namespace

std::map<std::string, std::string> outputs(const history::Record& record) {
  const auto* cache = shown_cache(record);
  return {
      {"status", std::string(history::word(record.status))},
      {"exit-code", record.exit_code ? fmt::format("{}", *record.exit_code) : ""},
      {"reason", reason(record)},
      {"tier", record.apt ? record.apt->tier : "none"},
      {"cache-key", cache != nullptr ? cache->key : ""},
      {"cache-hit", is_hit(record) ? "true" : "false"},
      {"matched-key", cache != nullptr ? cache->matched_key : ""},
      {"packages-seconds", record.apt ? fmt::format("{:.3f}", record.apt->seconds) : ""},
      {"seconds-saved", seconds_saved(record)},
      {"go-modules-hit", exact_hit(record, "go-modules")},
      {"go-build-hit", exact_hit(record, "go-build")},
      {"binary-hit", exact_hit(record, "binary")},
      {"binary-path", binary_path(record)},
      {"smoke-status", smoke_status(record)},
      {"check-run-url", record.check_run_url},
      {"record-path", record.record_path},
      {"report-path", record.report_path},
  };
}

}  // namespace ci::action
