#pragma once
// Simulated durations of CI runs, the same on every machine: lognormal noise, and a few runs that stall.
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace ci::test {

// Seconds around `base` with a coefficient of variation of 8 %; 5 % of the runs take 2 to 20 times as long.
class RunSeries {
 public:
  explicit RunSeries(std::uint64_t seed, double base = 30) : random_(seed), base_(base) {}

  double next(double factor = 1) {
    constexpr double kVariation = 0.08;
    constexpr double kStalls = 0.05;
    const double sigma = std::sqrt(std::log1p(kVariation * kVariation));
    const double stall = uniform() < kStalls ? 2 + 18 * uniform() : 1;
    return base_ * factor * stall * std::exp(sigma * normal());
  }

  std::vector<double> take(std::size_t count, double factor = 1) {
    std::vector<double> values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) values.push_back(next(factor));
    return values;
  }

 private:
  // In (0, 1); the standard library's distributions differ from one library to the next.
  double uniform() { return (static_cast<double>(random_() >> 11) + 0.5) * 0x1.0p-53; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform()); }

  std::mt19937_64 random_;
  double base_;
};

}  // namespace ci::test
