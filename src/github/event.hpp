#pragma once
// The event that started the run, as far as a check run needs it.
#include <string>

#include "base/result.hpp"
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

// The run that a workflow_run event tells of.
struct FollowedRun {
  std::string repository;  // owner/name, where the run was; of a fork's pull request this repository too
  std::string head_sha;
  std::string run_id;
  int attempt = 1;
  std::string workflow;
  std::string workflow_path;  // in the repository
  std::string branch;
};

// Returns what the payload at context.event_path says. Error: data, when the event is not workflow_run, its run not one
// of context.repository, or commit, run or attempt are not told.
base::Result<FollowedRun> read_followed_run(const Context& context);

// Returns the repository's default branch, as the payload at context.event_path names it; "" when it names none.
std::string default_branch(const Context& context);

}  // namespace ci::github
