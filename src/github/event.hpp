#pragma once
// The event that started the run, as far as a check run needs it.
#include <string>

#include "github/context.hpp"

namespace ci::github {

struct Event {
  std::string head_sha;    // the commit that a check run must name to be seen
  bool from_fork = false;  // of a pull request whose token is read-only whatever the workflow asks for
  std::string warning;     // why the payload could not be read; "" when it could
};

// Returns what the payload at context.event_path says. On a pull request GITHUB_SHA is a temporary merge commit, whose
// check runs nobody sees; a workflow_run belongs to the commit of the run that it follows. Without a readable payload
// the commit is GITHUB_SHA and `warning` says why.
Event read_event(const Context& context);

// Returns the repository's default branch, as the payload at context.event_path names it; "" when it names none.
std::string default_branch(const Context& context);

}  // namespace ci::github
