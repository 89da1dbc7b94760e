#pragma once
// The machine's own clock, for tests in which nobody cancels. Without a thread: some of them fork, and the address
// sanitizer's allocator may be left locked in a child that is forked while a thread starts.
#include "fakes/fake_cancellation.hpp"
#include "platform/system_clock.hpp"

namespace ci::test {

inline const platform::Clock& real_clock() {
  static const FakeCancellation cancellation;
  static const platform::SystemClock clock(cancellation);
  return clock;
}

}  // namespace ci::test
