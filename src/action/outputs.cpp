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

}  // namespace

std::map<std::string, std::string> outputs(const history::Record& record) {
  return {
      {"status", std::string(history::word(record.status))},
      {"exit-code", record.exit_code ? fmt::format("{}", *record.exit_code) : ""},
      {"tier", record.apt ? record.apt->tier : "none"},
      {"cache-key", ""},
      {"cache-hit", "false"},
      {"matched-key", ""},
      {"packages-seconds", record.apt ? fmt::format("{:.3f}", record.apt->seconds) : ""},
      {"seconds-saved", ""},
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
