#include "apt/leftovers.hpp"

#include "delta/unfinished_restore.hpp"

namespace ci::apt {
namespace {

constexpr auto kLongest = std::chrono::seconds(60);

}  // namespace

void remove_leftovers(const Session& session) {
  if (!delta::has_leftovers("/")) return;
  auto command = session.tool.as_root({session.settings.program, "internal", "delta", "clean"});
  command.timeout = session.tool.time_left(kLongest);
  const auto outcome = session.platform.processes.run(command);
  if (outcome && outcome->succeeded()) return;
  session.problems.warn("delta", "files of a restore that was killed stay on this machine: " +
                                     (outcome ? outcome->describe() : outcome.error().message));
}

}  // namespace ci::apt
