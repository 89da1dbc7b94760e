#pragma once
// What an installation has to tell besides its packages: warnings, and the failure if there is one.
#include <optional>
#include <string>
#include <vector>

#include "apt/apt_run.hpp"
#include "apt/failure.hpp"
#include "apt/phase_timer.hpp"
#include "history/record.hpp"
#include "platform/log.hpp"

namespace ci::apt {

class Problems {
 public:
  Problems(platform::Log& log, const PhaseTimer& timer) : log_(log), timer_(timer) {}

  // Logs a warning of the present phase and keeps it.
  void warn(std::string kind, std::string message, std::string host = {});
  // Keeps what made the installation fail; the last one counts.
  void fail(base::ErrorKind kind, history::Problem problem);
  // The same, told by an error of the present phase.
  void fail(const base::Error& error);

  // The same, when `run` ended in a way that no other try can mend: its deadline passed, it was cancelled or could not
  // be started. Returns whether it did.
  bool fail_for_good(const RunResult& run);
  // The same, told by what went wrong in `phase` after `seconds` while installing `packages`.
  void fail_to_install(const std::string& packages, const Failure& failure, const std::string& phase, double seconds);

  // The kind of the failure; nothing when there was none.
  [[nodiscard]] std::optional<base::ErrorKind> failure() const { return failure_; }
  [[nodiscard]] const std::vector<history::Problem>& all() const { return all_; }

 private:
  platform::Log& log_;
  const PhaseTimer& timer_;
  std::vector<history::Problem> all_;
  std::optional<base::ErrorKind> failure_;
};

}  // namespace ci::apt
