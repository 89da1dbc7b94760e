#pragma once
// How long something takes of the processor, whatever else the machine is doing.
#include <ctime>

namespace ci::test {

// Sanitizers make everything slower by about so much.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kSlowness = 10;
#else
constexpr double kSlowness = 1;
#endif

// Returns the seconds of processor time that `work` takes, as they would be without sanitizers.
template <class Work>
double processor_seconds(const Work& work) {
  const auto start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / kSlowness;
}

}  // namespace ci::test
