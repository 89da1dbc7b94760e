#include "apt/problems.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::apt {

void Problems::warn(std::string kind, std::string message, std::string host) {
  log_.warning(message);
  history::Problem problem;
  problem.level = history::Problem::Level::warning;
  problem.step = "apt";
  problem.kind = std::move(kind);
  problem.phase = timer_.current();
  problem.host = std::move(host);
  problem.message = std::move(message);
  all_.push_back(std::move(problem));
}

void Problems::fail(base::ErrorKind kind, history::Problem problem) {
  problem.level = history::Problem::Level::failure;
  problem.step = "apt";
  all_.push_back(std::move(problem));
  failure_ = kind;
}

void Problems::fail(const base::Error& error) {
  history::Problem problem;
  problem.kind = error.kind == base::ErrorKind::permission  ? "permission"
                 : error.kind == base::ErrorKind::cancelled ? "cancelled"
                 : error.kind == base::ErrorKind::timeout   ? "deadline"
                                                            : "apt";
  problem.phase = timer_.current();
  problem.message = error.message;
  problem.hint = error.hint;
  fail(error.kind, std::move(problem));
}

bool Problems::fail_for_good(const RunResult& run) {
  history::Problem problem;
  problem.phase = run.phase;
  problem.seconds = run.seconds;
  switch (run.how) {
    case RunResult::How::done:
    case RunResult::How::failed:
      return false;
    case RunResult::How::deadline:
      problem.kind = "deadline";
      problem.message =
          fmt::format("the deadline passed in phase {} after {}", run.phase, base::human_seconds(run.seconds));
      problem.hint = "raise the deadline, or see in the phases where the time goes";
      fail(base::ErrorKind::timeout, std::move(problem));
      return true;
    case RunResult::How::cancelled:
      problem.kind = "cancelled";
      problem.message = fmt::format("cancelled in phase {} after {}", run.phase, base::human_seconds(run.seconds));
      fail(base::ErrorKind::cancelled, std::move(problem));
      return true;
    case RunResult::How::error:
      fail(run.error);
      return true;
  }
  return false;
}

void Problems::fail_to_install(const std::string& packages, const Failure& failure, const std::string& phase,
                               double seconds) {
  history::Problem problem;
  problem.kind = word(failure.kind);
  problem.phase = phase;
  problem.host = failure.host;
  problem.seconds = seconds;
  std::string where;
  if (!phase.empty()) where = fmt::format(" in phase {} after {}", phase, base::human_seconds(seconds));
  if (!failure.host.empty()) where += " from " + failure.host;
  problem.message = fmt::format("cannot install {}: {}{}: {}", packages, problem.kind, where, failure.detail);
  problem.hint = hint(failure);
  fail(base::ErrorKind::environment, std::move(problem));
}

}  // namespace ci::apt
