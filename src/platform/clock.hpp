#pragma once
// The seam to time.
#include <chrono>

#include "base/time.hpp"

namespace ci::platform {

using Monotonic = std::chrono::time_point<std::chrono::steady_clock, base::Duration>;

class Clock {
 public:
  virtual ~Clock() = default;
  // The calendar time, for what people read. It may jump.
  [[nodiscard]] virtual base::TimePoint now() const = 0;
  // The time that never jumps, for durations and deadlines.
  [[nodiscard]] virtual Monotonic monotonic() const = 0;
  // Waits for `duration`, or less when `Cancellation` says so (see cancellation.hpp).
  virtual void sleep(base::Duration duration) = 0;
};

}  // namespace ci::platform
