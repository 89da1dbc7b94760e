#include "platform/root_kill.hpp"

#include <poll.h>
#include <sys/wait.h>

#include <chrono>
#include <string>

#include "platform/child_process.hpp"

namespace ci::platform {

void kill_as_root(int signal, const std::vector<pid_t>& pids) {
  ChildSpec sudo;
  // The shell's own kill: /bin/kill comes with procps, which minimal containers lack.
  sudo.argv = {"sudo", "-n", "sh", "-c", "kill -s \"$0\" \"$@\"", std::to_string(signal)};
  for (const pid_t pid : pids) sudo.argv.push_back(std::to_string(pid));
  sudo.environment = inherited_environment();
  const auto child = spawn_child(sudo);
  if (!child) return;

  constexpr int kStep = 10;  // ms
  for (int waited = 0; waited < 2000; waited += kStep) {
    if (::waitpid(*child, nullptr, WNOHANG) != 0) return;
    ::poll(nullptr, 0, kStep);
  }
}

}  // namespace ci::platform
