#pragma once
// A record to be written, read and held against the schema.
#include "base/ids.hpp"
#include "history/record.hpp"

namespace ci::history {

// A record with something in every member.
inline Record full_record() {
  Record record;
  record.id = base::random_uuid();
  record.matrix = {{"os", "ubuntu"}};
  record.step = "tools";
  record.default_branch = "main";
  record.runner = {"ubuntu 24.04", "x64", "ubuntu24", "20261101.1.0"};
  record.status = JobStatus::failure;
  record.exit_code = 2;
  record.ended_at = record.started_at;
  auto& apt = record.apt.emplace();
  apt.tier = "network";
  apt.why_not = {{"none", "1 of 1 missing"}};
  apt.phases = {{"download", 1.5, 1000}};
  apt.packages.push_back({base::random_uuid(), "tool", "1.0", "amd64", true, PackageStatus::installed, 10, 20, 0.1});
  apt.packages.push_back({base::random_uuid(), "other", "", "", true, PackageStatus::failed, 0, 0, 0});
  auto& cache = record.caches.emplace_back();
  cache.name = "assets";
  cache.outcome = "prefix";
  cache.base_key = "base";
  cache.base_bytes = 3;
  cache.seconds_saved = -1.5;
  cache.cold_seconds = 4;
  record.needs = {{"build", "failure", "undefined: x"}};
  record.artifact_required = true;
  auto& go = record.go.emplace();
  go.toolchain = "go1.22.1";
  go.cache = GoModuleCache{"key", {"/home/u/go/pkg/mod"}, true, record.started_at, GoCacheState::updated};
  go.binary.emplace();
  go.binary->paths = {"bin/tool"};
  go.binary->states = {BinaryState::missing, BinaryState::seeded, BinaryState::restored, BinaryState::updated};
  record.smoke.push_back({"tool --version", SmokeStatus::failed, 1, 0.1, "exit code 1 instead of 0", "oh"});
  record.spans = {{"apt", "download", 0.5, 1.5}};
  record.metrics.push_back({base::random_uuid(), "package_installation_time", 3.2, "seconds", 73.0, Verdict::met});
  record.metrics.push_back({base::random_uuid(), "download_size", 10, "bytes", std::nullopt, Verdict::unknown});
  record.problems.push_back({Problem::Level::failure, "apt", "stalled", "download", "m", 3, "m stalled", "try again"});
  record.check_run_url = "https://example.com";
  record.record_path = "/r";
  record.report_path = "/p";
  return record;
}

}  // namespace ci::history
