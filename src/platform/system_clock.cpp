#include "platform/system_clock.hpp"

#include <poll.h>

#include <algorithm>

namespace ci::platform {

base::TimePoint SystemClock::now() const {
  return std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now());
}

Monotonic SystemClock::monotonic() const {
  return std::chrono::time_point_cast<base::Duration>(std::chrono::steady_clock::now());
}

void SystemClock::sleep(base::Duration duration) {
  const Monotonic end = monotonic() + duration;
  while (cancellation_.signal() == 0) {
    const auto left = end - monotonic();
    if (left <= base::Duration::zero()) return;
    constexpr base::Duration kLongest = std::chrono::hours(24);  // poll's int of milliseconds ends at 24 days
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::min(left, kLongest));
    pollfd cancelled{.fd = cancellation_.descriptor(), .events = POLLIN, .revents = 0};
    ::poll(&cancelled, 1, static_cast<int>(wait.count()));
  }
}

}  // namespace ci::platform
