#include "export/result.hpp"

#include <algorithm>
#include <cmath>

namespace ci::exporter {
namespace {

using history::JobStatus;

bool is_fault_of_the_system(int exit_code) {
  return exit_code == 4 || exit_code == 69 || exit_code == 70 || exit_code == 74 || exit_code == 77;
}

}  // namespace

bool is_finished(const history::Record& record) {
  return record.status != JobStatus::pending && record.status != JobStatus::running;
}

std::string_view result_word(const history::Record& record) {
  switch (record.status) {
    case JobStatus::pending:
    case JobStatus::running:
      return "";
    case JobStatus::success:
      return "success";
    case JobStatus::failure:
      return is_fault_of_the_system(record.exit_code.value_or(1)) ? "error" : "failure";
    case JobStatus::cancelled:
      return "cancellation";
    case JobStatus::timed_out:
      return "timeout";
    case JobStatus::skipped:
      return "skip";
  }
  return "";
}

bool has_succeeded(const history::Record& record) {
  return record.status == JobStatus::success;
}

bool has_failed(const history::Record& record) {
  return record.status == JobStatus::failure || record.status == JobStatus::timed_out;
}

base::TimePoint end_of(const history::Record& record) {
  return std::max(record.started_at, record.ended_at.value_or(after(record.started_at, record.seconds)));
}

base::TimePoint after(base::TimePoint start, double seconds) {
  constexpr double kLongest = 10 * 365.0 * 86400;
  if (!std::isfinite(seconds)) return start;
  const std::chrono::duration<double> length(std::clamp(seconds, 0.0, kLongest));
  return start + std::chrono::duration_cast<base::Duration>(length);
}

}  // namespace ci::exporter
