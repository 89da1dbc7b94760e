#pragma once
// The machine's clocks.
#include "platform/cancellation.hpp"
#include "platform/clock.hpp"

namespace ci::platform {

class SystemClock final : public Clock {
 public:
  explicit SystemClock(const Cancellation& cancellation) : cancellation_(cancellation) {}

  [[nodiscard]] base::TimePoint now() const override;
  [[nodiscard]] Monotonic monotonic() const override;
  void sleep(base::Duration duration) override;

 private:
  const Cancellation& cancellation_;
};

}  // namespace ci::platform
