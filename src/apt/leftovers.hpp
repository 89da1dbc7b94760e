#pragma once
// What restores that were killed have left on this machine.
#include "apt/session.hpp"

namespace ci::apt {

// Ends or takes back what killed restores have begun; needs root, and starts no process when there is nothing to do. A
// failure is a warning: the next run does it.
void remove_leftovers(const Session& session);

}  // namespace ci::apt
