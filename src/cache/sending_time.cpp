#include "cache/sending_time.hpp"

#include <algorithm>

namespace ci::cache {

void SendingTime::end() {
  const auto now = clock_.monotonic();
  waited_ += now - began_;
  if (now - born_ < std::chrono::seconds(1)) return;
  share_ = base::seconds(waited_) / base::seconds(now - born_);
}

int level_for(double share) {
  constexpr int kLeast = 2;
  constexpr int kMost = 6;
  return kLeast + std::clamp(static_cast<int>(share * (kMost - kLeast + 1)), 0, kMost - kLeast);
}

}  // namespace ci::cache
