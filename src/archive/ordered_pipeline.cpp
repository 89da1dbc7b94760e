#include "archive/ordered_pipeline.hpp"

#include <algorithm>

#include "platform/cores.hpp"

namespace ci::archive {

std::size_t thread_count(unsigned jobs) {
  constexpr unsigned kMost = 16;
  return std::clamp(jobs != 0 ? jobs : platform::usable_cores(), 1U, kMost);
}

}  // namespace ci::archive
