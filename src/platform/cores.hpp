#pragma once

namespace ci::platform {

// Returns how many cores this process may use (sched_setaffinity(2), so also what a container's cpuset leaves); at
// least 1.
unsigned usable_cores();

}  // namespace ci::platform
