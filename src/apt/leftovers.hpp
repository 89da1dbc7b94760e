#pragma once
// What restores that were killed have left on this machine.
#include "apt/session.hpp"

namespace ci::apt {

// Removes the files that killed restores were writing; needs root. A failure is a warning: they are in nobody's way.
void remove_leftovers(const Session& session);

}  // namespace ci::apt
