#pragma once
// Everything that one command started, however far it ran.
#include <string>
#include <vector>

#include "platform/process_table.hpp"

namespace ci::platform {

// Finds the processes of a command and signals them. A process belongs to it when it is the command's leader, was found
// to belong before, is in the session of one that belongs, has a parent that belongs, or was orphaned (and so became a
// child of this process, a subreaper) and carries the command's mark in its environment.
class ProcessFamily {
 public:
  // `leader`: the command's first process, a child of this process and leader of its own session, not reaped before
  // this object is gone. `mark`: an environment entry "NAME=value" that no other command has.
  ProcessFamily(pid_t leader, std::string mark) : leader_(leader), mark_(std::move(mark)) {}

  // Looks at the machine's processes again, and reaps members orphaned to this process that have ended.
  void update();

  // The members that had not ended at the last update, the leader among them.
  [[nodiscard]] std::size_t running() const;

  // Asks them to end (SIGTERM). Called again, it asks only those that lost their parent since and were not asked yet:
  // they were born between a look and the signal, while a parent that lives minds its own children.
  void terminate();

  // Ends them (SIGKILL).
  void kill() const;

 private:
  void send(int signal, const std::vector<ProcessEntry>& receivers) const;
  [[nodiscard]] bool belongs(const ProcessEntry& entry, const std::vector<ProcessEntry>& found) const;

  pid_t leader_;
  std::string mark_;
  std::vector<ProcessEntry> members_;
  std::vector<ProcessEntry> asked_;
};

}  // namespace ci::platform
