#include "apt/throughput_watch.hpp"

#include <algorithm>

namespace ci::apt {

ThroughputWatch::ThroughputWatch(const platform::Clock& clock, ThroughputLimit limit)
    : clock_(clock), limit_(limit), samples_{{clock.monotonic(), 0}} {}

void ThroughputWatch::arrived(double bytes) {
  bytes_ = std::max(bytes_, bytes);
}

ThroughputWatch::Verdict ThroughputWatch::judge() {
  const auto now = clock_.monotonic();
  samples_.push_back({now, bytes_});
  while (samples_.size() > 1 && samples_[1].at <= now - limit_.window) samples_.pop_front();
  const Sample& oldest = samples_.front();
  if (now - oldest.at < limit_.window) return Verdict::fine;
  const double came = bytes_ - oldest.bytes;
  rate_ = came / base::seconds(now - oldest.at);
  if (came <= 0) return Verdict::stalled;
  return rate_ < limit_.bytes_per_second ? Verdict::trickling : Verdict::fine;
}

}  // namespace ci::apt
