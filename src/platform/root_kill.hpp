#pragma once
// Signals for processes that run as root while this one does not.
#include <sys/types.h>

#include <vector>

namespace ci::platform {

// Sends `signal` to `pids` by kill under "sudo -n". Waits for sudo for at most 2 s; a refusal is not reported.
void kill_as_root(int signal, const std::vector<pid_t>& pids);

}  // namespace ci::platform
