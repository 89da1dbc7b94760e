#include "history/status.hpp"

#include <fmt/format.h>

namespace ci::history {
namespace {

template <class Status>
base::Result<void> refuse(std::string_view what, Status from, Status to) {
  return base::fail(base::ErrorKind::bug, fmt::format("a {} cannot go from {} to {}", what, word(from), word(to)));
}

}  // namespace

std::string_view word(JobStatus status) {
  switch (status) {
    case JobStatus::pending:
      return "pending";
    case JobStatus::running:
      return "running";
    case JobStatus::success:
      return "success";
    case JobStatus::failure:
      return "failure";
    case JobStatus::cancelled:
      return "cancelled";
    case JobStatus::timed_out:
      return "timed_out";
    case JobStatus::skipped:
      return "skipped";
  }
  return "";
}

std::string_view word(PackageStatus status) {
  switch (status) {
    case PackageStatus::pending:
      return "pending";
    case PackageStatus::installed:
      return "installed";
    case PackageStatus::failed:
      return "failed";
  }
  return "";
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::met:
      return "met";
    case Verdict::missed:
      return "missed";
    case Verdict::unknown:
      return "unknown";
  }
  return "";
}

std::string_view word(BinaryState state) {
  switch (state) {
    case BinaryState::missing:
      return "missing";
    case BinaryState::seeded:
      return "seeded";
    case BinaryState::restored:
      return "restored";
    case BinaryState::updated:
      return "updated";
  }
  return "missing";
}

std::string_view word(GoCacheState state) {
  switch (state) {
    case GoCacheState::cold:
      return "cold";
    case GoCacheState::warm:
      return "warm";
    case GoCacheState::updated:
      return "updated";
  }
  return "cold";
}

std::string_view word(SmokeStatus status) {
  switch (status) {
    case SmokeStatus::passed:
      return "passed";
    case SmokeStatus::failed:
      return "failed";
    case SmokeStatus::timed_out:
      return "timed_out";
    case SmokeStatus::skipped:
      return "skipped";
  }
  return "";
}

std::string_view ci_job_word(JobStatus status) {
  switch (status) {
    case JobStatus::pending:
      return "pending";
    case JobStatus::running:
      return "running";
    case JobStatus::success:
    case JobStatus::skipped:
      return "completed";
    case JobStatus::failure:
    case JobStatus::cancelled:
    case JobStatus::timed_out:
      return "failed";
  }
  return "";
}

std::string_view check_conclusion(JobStatus status) {
  const bool is_over = status != JobStatus::pending && status != JobStatus::running;
  return is_over ? word(status) : "";  // GitHub's words are ours
}

base::Result<void> advance(JobStatus& status, JobStatus next) {
  const bool starts = status == JobStatus::pending && (next == JobStatus::running || next == JobStatus::skipped);
  const bool ends = status == JobStatus::running && next != JobStatus::pending && next != JobStatus::running &&
                    next != JobStatus::skipped;
  if (!starts && !ends) return refuse("job", status, next);
  status = next;
  return {};
}

base::Result<void> advance(PackageStatus& status, PackageStatus next) {
  if (status != PackageStatus::pending || next == PackageStatus::pending) return refuse("package", status, next);
  status = next;
  return {};
}

}  // namespace ci::history
