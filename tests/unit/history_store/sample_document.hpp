#pragma once
// Documents of records to keep.
#include <fmt/format.h>

#include <string>

#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace ci::test {

inline base::TimePoint noon(int days_ago = 0) {
  return base::TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21)) + std::chrono::hours(12) -
         std::chrono::hours(24 * days_ago);
}

// A run of the job `test` of o/r that succeeded in `seconds`.
struct Sample {
  std::string run_id = "1";
  base::TimePoint started_at = noon();
  double seconds = 3;
  std::string status = "success";
  int attempt = 1;
  std::string job = "test";
  base::Json matrix = base::Json::object();
  std::string branch = "main";
  std::string id = base::random_uuid();
  std::string step{};  // "" = none, as in records of earlier versions

  [[nodiscard]] base::Json document() const {
    using base::Json;
    const auto metric = [](const char* name, double value) {
      return Json::object().set("name", name).set("value", value).set("unit", "seconds").set("verdict", "unknown");
    };
    auto document = Json::object();
    if (!step.empty()) document.set("step", step);
    return document.set("schema", 1)
        .set("id", id)
        .set("repository", "o/r")
        .set("workflow", "ci")
        .set("job", job)
        .set("matrix", matrix)
        .set("run_id", run_id)
        .set("run_attempt", attempt)
        .set("branch", branch)
        .set("commit_sha", "c0ffee")
        .set("status", status)
        .set("exit_code", status == "success" ? Json(0) : Json(4))
        .set("started_at", base::to_rfc3339(started_at))
        .set("seconds", seconds)
        .set("runner", Json::object()
                           .set("os", "Linux")
                           .set("architecture", "X64")
                           .set("image", "ubuntu24")
                           .set("image_version", "20261115.1"))
        .set("apt", Json::object().set("tier", "delta"))
        .set("caches", Json::array().push(Json::object().set("name", "apt").set("outcome", "exact")))
        .set("metrics", Json::array().push(metric("package_installation_time", seconds / 2)));
  }
};

}  // namespace ci::test
