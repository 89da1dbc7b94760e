#include "platform/process_family.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "platform/root_kill.hpp"

namespace ci::platform {
namespace {

bool is_same(const ProcessEntry& a, const ProcessEntry& b) {
  return a.pid == b.pid && a.start == b.start;
}

}  // namespace

bool ProcessFamily::belongs(const ProcessEntry& entry, const std::vector<ProcessEntry>& found) const {
  if (entry.pid == leader_ || entry.session == leader_) return true;
  const auto related = [&](const ProcessEntry& member) {
    return entry.parent == member.pid || entry.session == member.session;
  };
  if (std::any_of(found.begin(), found.end(), related)) return true;
  // A session found at the last update still counts by its number: numbers do not come round in such a short time.
  if (std::any_of(members_.begin(), members_.end(), [&](const ProcessEntry& member) {
        return is_same(entry, member) || entry.session == member.session;
      })) {
    return true;
  }
  return entry.parent == ::getpid() && started_with(entry.pid, mark_);
}

void ProcessFamily::update() {
  std::vector<ProcessEntry> table = read_process_table();
  std::vector<ProcessEntry> found;
  // Children may stand before their parents: go on until a round finds nobody new.
  for (bool grown = true; grown;) {
    const auto others =
        std::partition(table.begin(), table.end(), [&](const ProcessEntry& entry) { return !belongs(entry, found); });
    grown = others != table.end();
    found.insert(found.end(), others, table.end());
    table.erase(others, table.end());
  }
  for (const auto& member : found) {
    if (member.ended() && member.parent == ::getpid() && member.pid != leader_) {
      ::waitpid(member.pid, nullptr, WNOHANG);
    }
  }
  members_ = std::move(found);
}

std::size_t ProcessFamily::running() const {
  return static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(), [](const ProcessEntry& member) { return !member.ended(); }));
}

void ProcessFamily::terminate() {
  std::vector<ProcessEntry> receivers;
  const bool first = asked_.empty();
  for (const auto& member : members_) {
    const bool asked =
        std::any_of(asked_.begin(), asked_.end(), [&](const ProcessEntry& entry) { return is_same(member, entry); });
    if (first || (!asked && member.parent == ::getpid())) receivers.push_back(member);
  }
  if (!first && receivers.empty()) return;
  send(SIGTERM, receivers);
  asked_.insert(asked_.end(), receivers.begin(), receivers.end());
}

void ProcessFamily::kill() const {
  send(SIGKILL, members_);
}

void ProcessFamily::send(int signal, const std::vector<ProcessEntry>& receivers) const {
  if (members_.empty()) {  // no /proc: the leader's process group is all that can be reached
    ::kill(-leader_, signal);
    return;
  }
  std::vector<pid_t> refused;
  for (const auto& receiver : receivers) {
    if (receiver.ended()) continue;
    if (::kill(receiver.pid, signal) != 0 && errno == EPERM) refused.push_back(receiver.pid);
  }
  if (!refused.empty()) kill_as_root(signal, refused);
}

}  // namespace ci::platform
