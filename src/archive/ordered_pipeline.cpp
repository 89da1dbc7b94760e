#include "archive/ordered_pipeline.hpp"

#include <sched.h>

#include <algorithm>

namespace ci::archive {

std::size_t thread_count(unsigned jobs) {
  constexpr unsigned kMost = 16;
  if (jobs == 0) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    const bool known = ::sched_getaffinity(0, sizeof cores, &cores) == 0;
    jobs = known ? static_cast<unsigned>(CPU_COUNT(&cores)) : 1;
  }
  return std::clamp(jobs, 1U, kMost);
}

}  // namespace ci::archive
