#include "platform/process_runner.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/ids.hpp"
#include "platform/child_process.hpp"
#include "platform/command_run.hpp"
#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

constexpr const char* kMarkName = "CI_OPTIMIZER_JOB";

struct Pipe {
  FileDescriptor from;
  FileDescriptor to;
};

base::Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return base::fail(system_error("cannot make a pipe", errno));
  }
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

std::map<std::string, std::string> child_environment(const Command& command, const std::string& mark) {
  auto variables = inherited_environment();
  for (const auto& name : command.unset) variables.erase(name);
  for (const auto& [name, value] : command.environment) variables[name] = value;
  variables[kMarkName] = mark;
  return variables;
}

}  // namespace

SystemProcessRunner::SystemProcessRunner(const Clock& clock, const Cancellation& cancellation)
    : clock_(clock), cancellation_(cancellation) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

base::Result<Outcome> SystemProcessRunner::run(const Command& command) {
  const bool stoppable = command.on_cancellation == OnCancellation::stop;
  Outcome none;
  none.end = End::cancelled;
  if (stoppable && cancellation_.signal() != 0) return none;

  const Monotonic start = clock_.monotonic();
  auto out = make_pipe(), err = make_pipe(), status = make_pipe();
  for (const auto* pipe : {&out, &err, &status}) {
    if (!*pipe) return base::fail(pipe->error());
  }
  const std::string mark = base::random_hex(16);
  ChildSpec spec{command.argv, child_environment(command, mark), command.directory};
  spec.out = out->to.get();
  spec.err = err->to.get();
  if (command.status_pipe) spec.in = status->to.get();
  const auto child = spawn_child(spec);
  if (!child) return base::fail(child.error());
  for (auto* pipe : {&out, &err, &status}) (*pipe)->to.reset();
  if (!command.status_pipe) status->from.reset();

  CommandRun run(command, *child, std::string(kMarkName) + '=' + mark, clock_, stoppable ? &cancellation_ : nullptr,
                 start, {std::move(out->from), std::move(err->from), std::move(status->from)});
  return run.to_its_end();
}

}  // namespace ci::platform
