#pragma once
// Notices a download that stands still or trickles. apt's own time-outs see only a socket on which nothing at all
// arrives, so a mirror that sends a few bytes a second passes them for hours.
#include <deque>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "platform/clock.hpp"

namespace ci::apt {

struct ThroughputLimit {
  base::Duration window = std::chrono::seconds(15);
  double bytes_per_second = 20'000;  // the least that is borne, averaged over the window
};

class ThroughputWatch {
 public:
  enum class Verdict { fine, stalled, trickling };

  ThroughputWatch(const platform::Clock& clock, ThroughputLimit limit);

  // Tells how many bytes have arrived since the start.
  void arrived(double bytes);
  // Judges the last window: stalled when nothing came, trickling when too little did. Fine before a window has passed.
  Verdict judge();
  // The bytes per second of the last window.
  [[nodiscard]] double rate() const { return rate_; }

 private:
  struct Sample {
    platform::Monotonic at;
    double bytes;
  };
  const platform::Clock& clock_;
  ThroughputLimit limit_;
  std::deque<Sample> samples_;  // the last one before the window, and those within it
  double bytes_ = 0;
  double rate_ = 0;
};

}  // namespace ci::apt
