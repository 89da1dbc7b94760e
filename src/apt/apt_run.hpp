#pragma once
// Runs one apt-get (or dpkg) that changes the system: times its phases, watches its downloads, holds its deadlines.
#include <optional>
#include <string>
#include <vector>

#include "apt/failure.hpp"
#include "apt/phase_timer.hpp"
#include "apt/settings.hpp"
#include "apt/throughput_watch.hpp"
#include "platform/platform.hpp"

namespace ci::apt {

struct RunResult {
  enum class How {
    done,
    failed,    // failure says why; another try may help
    deadline,  // the whole run's deadline passed
    cancelled,
    error,  // the command could not be started; error says why
  };
  How how = How::done;
  Failure failure;
  bool was_stopped = false;  // failed because the throughput watch or a phase's deadline stopped it
  std::string phase;         // in which it ended
  double seconds = 0;        // spent in that phase so far
  base::Error error;
  std::vector<std::string> lines;  // what it printed, its end
};

class AptRun {
 public:
  AptRun(const platform::Platform& platform, const Settings& settings, PhaseTimer& timer)
      : platform_(platform), settings_(settings), timer_(timer) {}

  // Runs `command`, which begins in `phase` ("update", "download", "mend"); later phases follow from its progress
  // lines. `expected_bytes` is what it will download, 0 when unknown.
  RunResult run(platform::Command command, const std::string& phase, double expected_bytes);

 private:
  void take(platform::Stream stream, std::string_view line);
  std::optional<std::string> judge();
  [[nodiscard]] double spent() const;
  [[nodiscard]] base::Duration limit() const;
  std::string stop(FailureKind kind, std::string detail);
  RunResult result_of(const platform::Outcome& outcome);

  const platform::Platform& platform_;
  const Settings& settings_;
  PhaseTimer& timer_;
  std::optional<ThroughputWatch> watch_;
  double expected_bytes_ = 0;
  bool expectation_grows_ = false;
  std::string last_url_;
  std::string package_;
  Failure stopped_;
  std::vector<std::string> lines_;
};

}  // namespace ci::apt
