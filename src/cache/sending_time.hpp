#pragma once
// What a save waits for, and the level of compression that this asks for.
#include <atomic>

#include "platform/clock.hpp"

namespace ci::cache {

// How much of its time a save waits for the store to take its bytes. begin() and end() are for one thread.
class SendingTime {
 public:
  explicit SendingTime(const platform::Clock& clock) : clock_(clock), born_(clock.monotonic()) {}

  void begin() { began_ = clock_.monotonic(); }
  void end();

  // Returns the share, 0 to 1, of all time until the last write's end; 0 in the first second. For any thread.
  [[nodiscard]] double share() const { return share_; }

 private:
  const platform::Clock& clock_;
  const platform::Monotonic born_;
  platform::Monotonic began_{};
  base::Duration waited_{};
  std::atomic<double> share_ = 0;
};

// Returns zstd's level for a save that waits `share` of its time: the quickest that is worth its bytes (2) while
// compression is what takes the time, up to 6 the slower the store is.
int level_for(double share);

}  // namespace ci::cache
