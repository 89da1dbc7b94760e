#pragma once
// One command under way: reads its output, keeps its limits, stops it, cleans up after it.
#include <sys/types.h>

#include <array>
#include <optional>

#include "platform/cancellation.hpp"
#include "platform/clock.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/output_reader.hpp"
#include "platform/process.hpp"
#include "platform/process_family.hpp"

namespace ci::platform {

class CommandRun {
 public:
  // `leader`: the child, see spawn_child; `mark`: its entry of the environment; `cancellation`: nullptr = none;
  // `pipes`: the read ends of its standard output, standard error and status pipe (may be none).
  CommandRun(const Command& command, pid_t leader, std::string mark, const Clock& clock,
             const Cancellation* cancellation, Monotonic start, std::array<FileDescriptor, 3> pipes);

  // Returns when the command has ended or was stopped, the leader is reaped, and its output was read.
  Outcome to_its_end();

 private:
  // A command goes through these in this order, and may skip any but the first and the last.
  enum class Phase { running, terminating, killing, draining };

  void wait_for_events();
  void notice_exit();
  void advance();
  void supervise();
  void stop(End end);
  void enter(Phase phase, base::Duration limit);
  [[nodiscard]] bool everything_ended();
  [[nodiscard]] bool output_open() const;
  void reap();

  const Command& command_;
  const Clock& clock_;
  const Cancellation* cancellation_;
  pid_t leader_;
  FileDescriptor leader_ended_;  // pidfd; none on kernels before 5.3
  ProcessFamily family_;
  std::array<OutputReader, 3> readers_;  // by Stream

  Monotonic start_;
  Monotonic next_tick_;
  int ticks_ = 0;
  Phase phase_ = Phase::running;
  Monotonic phase_end_;
  bool exited_ = false;
  std::optional<End> stopped_by_;
  Outcome outcome_;
};

}  // namespace ci::platform
