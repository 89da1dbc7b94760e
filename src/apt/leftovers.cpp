#include "apt/leftovers.hpp"

#include "apt/child_failure.hpp"
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
  // A run beside this one may be at work: then these are its own, and it has the locks.
  session.problems.warn("delta", "what restores have begun here is left as it is: " +
                                     (outcome ? failure_of_child(*outcome) : outcome.error().message));
}

}  // namespace ci::apt
