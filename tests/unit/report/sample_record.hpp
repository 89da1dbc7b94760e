#pragma once
// Records to be rendered.
#include <string>

#include "history/record.hpp"

namespace ci::test {

inline history::Package package(std::string name, std::int64_t installed_bytes, bool requested) {
  history::Package made;
  made.name = std::move(name);
  made.version = "1.2-3";
  made.architecture = "amd64";
  made.requested = requested;
  made.status = history::PackageStatus::installed;
  made.installed_bytes = installed_bytes;
  return made;
}

inline history::Problem problem(history::Problem::Level level, std::string message) {
  history::Problem made;
  made.level = level;
  made.step = "apt";
  made.kind = "stalled";
  made.phase = "download";
  made.message = std::move(message);
  made.hint = "try again";
  return made;
}

// A job that installed two packages with one dependency inside its budget.
inline history::Record succeeded() {
  history::Record record;
  record.id = "1b4e28ba-2fa1-4d2b-883f-0016d3cca427";
  record.repository = "o/r";
  record.workflow = "ci";
  record.job = "test";
  record.run_id = "42";
  record.status = history::JobStatus::success;
  record.exit_code = 0;
  record.started_at = base::TimePoint{std::chrono::seconds(1'763'700'000)};
  record.ended_at = record.started_at + std::chrono::seconds(3);
  record.seconds = 3.2;
  auto& apt = record.apt.emplace();
  apt.tier = "network";
  apt.seconds = 3.1;
  apt.phases = {{"download", 1.9, 170'563'476}, {"unpack", 1.2, 0}};
  apt.packages = {package("libavcodec59", 900, false), package("ffmpeg", 10, true), package("libgl1", 20, true)};
  record.smoke.push_back({"ffmpeg -version", history::SmokeStatus::passed, 0, 0.05, "", ""});
  record.metrics.push_back({"m", "package_installation_time", 3.1, "seconds", 73, history::Verdict::met});
  record.record_path = "/state/records/1.json";
  return record;
}

// The same job with a smoke test that failed.
inline history::Record failed() {
  auto record = succeeded();
  record.status = history::JobStatus::failure;
  record.exit_code = 2;
  record.smoke = {{"ffmpeg -x", history::SmokeStatus::failed, 1, 0.05, "exit code 1", "first\nlast line"}};
  record.problems = {problem(history::Problem::Level::warning, "slow mirror"),
                     problem(history::Problem::Level::failure, "smoke test failed: ffmpeg -x")};
  return record;
}

}  // namespace ci::test
