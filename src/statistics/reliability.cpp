#include "statistics/reliability.hpp"

namespace ci::statistics {

Reliability reliability(std::span<const RunEnd> runs) {
  Reliability result;
  result.runs = runs.size();
  bool broken = false;
  double broken_since = 0;
  double working = 0;
  double mending = 0;
  std::size_t mended = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto& run = runs[i];
    // Until this run ended, the one before it was the last word.
    if (i > 0 && !broken) working += run.ended - runs[i - 1].ended;
    if (run.failed) {
      ++result.failures;
      ++result.failures_in_a_row;
      if (!broken) {
        ++result.outages;
        broken = true;
        broken_since = run.ended;
      }
      continue;
    }
    result.failures_in_a_row = 0;
    if (broken) {
      mending += run.ended - broken_since;
      ++mended;
      broken = false;
    }
  }
  if (result.outages > 0) result.between_failures = working / static_cast<double>(result.outages);
  if (mended > 0) result.recovery = mending / static_cast<double>(mended);
  return result;
}

}  // namespace ci::statistics
