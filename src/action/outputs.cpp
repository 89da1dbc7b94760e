#include "action/outputs.hpp"

#include <fmt/format.h>

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

// What the cache of the packages did; nothing when there is none.
const history::CacheOutcome* packages_cache(const history::Record& record) {
  for (const auto& cache : record.caches) {
    if (cache.name == "apt") return &cache;
  }
  return nullptr;
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
  const auto* cache = packages_cache(record);
  return {
      {"status", std::string(history::word(record.status))},
      {"exit-code", record.exit_code ? fmt::format("{}", *record.exit_code) : ""},
      {"tier", record.apt ? record.apt->tier : "none"},
      {"cache-key", cache != nullptr ? cache->key : ""},
      {"cache-hit", cache != nullptr && cache->outcome == "exact" ? "true" : "false"},
      {"matched-key", cache != nullptr ? cache->matched_key : ""},
      {"packages-seconds", record.apt ? fmt::format("{:.3f}", record.apt->seconds) : ""},
      {"seconds-saved", seconds_saved(record)},
      {"go-modules-hit", "false"},
      {"go-build-hit", "false"},
      {"binary-hit", "false"},
      {"binary-path", ""},
      {"smoke-status", smoke_status(record)},
      {"check-run-url", record.check_run_url},
      {"record-path", record.record_path},
      {"report-path", record.report_path},
  };
}

}  // namespace ci::action
