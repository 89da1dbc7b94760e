#include "platform/command_run.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace ci::platform {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTick{100};
constexpr int kTicksBetweenLooks = 5;   // a look at /proc costs milliseconds
constexpr milliseconds kStopStep{20};   // between looks while a command is being stopped
constexpr milliseconds kBlindStep{50};  // where no pidfd tells of the end
constexpr milliseconds kKillLimit{1000};
constexpr milliseconds kDrainLimit{200};

std::function<void(std::string_view)> lines_of(const Command& command, Stream stream) {
  if (!command.on_line) return {};
  return [&command, stream](std::string_view line) { command.on_line(stream, line); };
}

}  // namespace

CommandRun::CommandRun(const Command& command, pid_t leader, std::string mark, const Clock& clock,
                       const Cancellation* cancellation, Monotonic start, std::array<FileDescriptor, 3> pipes)
    : command_(command),
      clock_(clock),
      cancellation_(cancellation),
      leader_(leader),
      leader_ended_(static_cast<int>(::syscall(SYS_pidfd_open, leader, 0))),
      family_(leader, std::move(mark)),
      readers_{OutputReader(std::move(pipes[0]), lines_of(command, Stream::out)),
               OutputReader(std::move(pipes[1]), lines_of(command, Stream::err)),
               OutputReader(std::move(pipes[2]), lines_of(command, Stream::status))},
      start_(start),
      next_tick_(clock.monotonic() + kTick) {}

Outcome CommandRun::to_its_end() {
  while (phase_ != Phase::draining || (output_open() && clock_.monotonic() < phase_end_)) {
    wait_for_events();
    for (auto& reader : readers_) reader.read_available();
    notice_exit();
    advance();
  }
  outcome_.out = readers_[0].finish();
  outcome_.err = readers_[1].finish();
  readers_[2].finish();
  reap();
  if (stopped_by_) outcome_.end = *stopped_by_;
  outcome_.elapsed = clock_.monotonic() - start_;
  return std::move(outcome_);
}

void CommandRun::wait_for_events() {
  const Monotonic now = clock_.monotonic();
  Monotonic until = phase_ == Phase::running ? next_tick_ : std::min(phase_end_, now + kStopStep);
  if (phase_ == Phase::running && command_.timeout) until = std::min(until, start_ + *command_.timeout);
  if (phase_ == Phase::draining) until = phase_end_;
  if (!leader_ended_ && !exited_) until = std::min(until, now + kBlindStep);
  const auto left = std::chrono::ceil<milliseconds>(std::max(until - now, base::Duration::zero()));

  std::array<pollfd, 5> waited{};
  std::size_t count = 0;
  const auto wait_on = [&](int descriptor) {
    waited[count++] = pollfd{.fd = descriptor, .events = POLLIN, .revents = 0};
  };
  for (const auto& reader : readers_) wait_on(reader.descriptor());
  if (!exited_) wait_on(leader_ended_.get());
  if (phase_ == Phase::running && cancellation_ != nullptr) wait_on(cancellation_->descriptor());
  ::poll(waited.data(), count, static_cast<int>(left.count()));
}

void CommandRun::notice_exit() {
  if (exited_) return;
  siginfo_t info{};
  // The leader stays a zombie until the end: its number, which is also its session's, must not go to a stranger.
  if (::waitid(P_PID, static_cast<id_t>(leader_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
  exited_ = true;
  outcome_.end = info.si_code == CLD_EXITED ? End::exited : End::signalled;
  outcome_.code = info.si_status;
}

void CommandRun::advance() {
  const bool late = phase_ != Phase::running && clock_.monotonic() >= phase_end_;
  switch (phase_) {
    case Phase::running:
      supervise();
      break;
    case Phase::terminating:
      if (everything_ended()) {
        enter(Phase::draining, kDrainLimit);
      } else if (late) {
        family_.kill();
        enter(Phase::killing, kKillLimit);
      } else {
        family_.terminate();
      }
      break;
    case Phase::killing:
      if (everything_ended() || late) {
        enter(Phase::draining, kDrainLimit);
      } else {
        family_.kill();
      }
      break;
    case Phase::draining:
      break;
  }
}

void CommandRun::supervise() {
  if (exited_) {
    if (command_.leftovers == Leftovers::keep || everything_ended()) return enter(Phase::draining, kDrainLimit);
    family_.terminate();
    return enter(Phase::terminating, command_.grace);
  }
  if (cancellation_ != nullptr && cancellation_->signal() != 0) return stop(End::cancelled);
  const Monotonic now = clock_.monotonic();
  if (command_.timeout && now >= start_ + *command_.timeout) return stop(End::timed_out);
  if (now < next_tick_) return;
  next_tick_ = now + kTick;
  if (++ticks_ % kTicksBetweenLooks == 1) family_.update();
  if (!command_.watch) return;
  if (auto reason = command_.watch()) {
    outcome_.stop_reason = std::move(*reason);
    stop(End::stopped);
  }
}

void CommandRun::stop(End end) {
  stopped_by_ = end;
  family_.update();
  family_.terminate();
  enter(Phase::terminating, command_.grace);
}

void CommandRun::enter(Phase phase, base::Duration limit) {
  phase_ = phase;
  phase_end_ = clock_.monotonic() + limit;
}

bool CommandRun::everything_ended() {
  family_.update();
  return exited_ && family_.running() == 0;
}

bool CommandRun::output_open() const {
  return std::any_of(readers_.begin(), readers_.end(), [](const OutputReader& reader) { return reader.open(); });
}

void CommandRun::reap() {
  // Only a process that nobody could kill is not reaped here; waiting for it would be for ever.
  ::waitpid(leader_, nullptr, exited_ ? 0 : WNOHANG);
}

}  // namespace ci::platform
