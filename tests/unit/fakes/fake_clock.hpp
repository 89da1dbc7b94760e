#pragma once
// A clock that only moves when the test, or a sleeper, moves it.
#include <vector>

#include "platform/clock.hpp"

namespace ci::test {

class FakeClock final : public platform::Clock {
 public:
  // Begins at 2026-11-21T04:24:00Z.
  FakeClock() : now_(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::minutes(4 * 60 + 24)) {}

  void advance(base::Duration duration) {
    now_ += duration;
    monotonic_ += duration;
  }

  [[nodiscard]] base::TimePoint now() const override { return now_; }
  [[nodiscard]] platform::Monotonic monotonic() const override { return monotonic_; }
  void sleep(base::Duration duration) override {
    sleeps.push_back(duration);
    advance(duration);
  }

  std::vector<base::Duration> sleeps;  // what was asked for, in order

 private:
  base::TimePoint now_;
  platform::Monotonic monotonic_{std::chrono::hours(1)};
};

}  // namespace ci::test
