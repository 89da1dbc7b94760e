// statistics_bench [SERIES] [SEED]: how often the verdicts of statistics/judgement are right, on simulated runs whose
// truth is known: 30 s, lognormal with a coefficient of variation of 8 %, 5 % of the runs stall x2 to x20; 4,000 series
// of each kind unless told. Exits 1 when a figure misses issue 6: at most 1 alarm per 100 healthy runs, at least 90 %
// of +25 % and 97 % of +50 % found within 10 runs.
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "fakes/run_series.hpp"
#include "statistics/change_points.hpp"
#include "statistics/judgement.hpp"

namespace {

using namespace ci;

constexpr std::size_t kBefore = 40;  // runs until the first that is judged, or the first that is slower
constexpr std::size_t kHealthy = 100;
constexpr std::size_t kWithin = 10;

struct Kind {
  int series = 0;
  std::uint64_t seed = 0;  // of the first series; the others follow
};

std::vector<double> series_with(test::RunSeries runs, std::size_t more, double factor) {
  auto values = runs.take(kBefore);
  const auto later = runs.take(more, factor);
  values.insert(values.end(), later.begin(), later.end());
  return values;
}

bool report(const char* what, double value, const char* limit, bool met) {
  std::printf("  %-44s %7.2f  %-8s %s\n", what, value, limit, met ? "met" : "MISSED");
  return met;
}

bool healthy(Kind kind) {
  int alarms = 0;
  int slow = 0;
  for (int i = 0; i < kind.series; ++i) {
    const auto values = series_with(test::RunSeries(kind.seed + static_cast<std::uint64_t>(i)), kHealthy, 1);
    for (std::size_t count = kBefore + 1; count <= values.size(); ++count) {
      const auto assessment = statistics::judge(std::span(values).first(count)).assessment;
      if (assessment == statistics::Assessment::regression) ++alarms;
      if (assessment == statistics::Assessment::slow_run) ++slow;
    }
  }
  const double runs = static_cast<double>(kind.series) * static_cast<double>(kHealthy);
  std::printf("healthy: seeds %lu to %lu, %.0f runs judged\n", kind.seed, kind.seed + kind.series - 1U, runs);
  std::printf("  %-44s %7.2f  (5 in 100 stall)\n", "called slow runs, of 100", 100 * slow / runs);
  const double rate = 100 * alarms / runs;
  return report("called regressions, of 100", rate, "<= 1", rate <= 1);
}

bool slower(Kind kind, double factor, double least, const char* limit) {
  int found = 0;
  double delay = 0;
  double off = 0;
  for (int i = 0; i < kind.series; ++i) {
    const auto values = series_with(test::RunSeries(kind.seed + static_cast<std::uint64_t>(i)), kWithin, factor);
    for (std::size_t count = kBefore + 1; count <= values.size(); ++count) {
      const auto judged = statistics::judge(std::span(values).first(count));
      if (!judged.regression) continue;
      ++found;
      delay += static_cast<double>(count - kBefore);
      off += std::abs(static_cast<double>(judged.regression->first_bad) - static_cast<double>(kBefore));
      break;
    }
  }
  std::printf("%+.0f %%: seeds %lu to %lu\n", 100 * (factor - 1), kind.seed, kind.seed + kind.series - 1U);
  const double rate = 100.0 * found / kind.series;
  const bool met = report("found within 10 runs, of 100", rate, limit, rate >= least);
  std::printf("  %-44s %7.2f\n", "runs until it was found, mean", delay / found);
  std::printf("  %-44s %7.2f\n", "first bad run named wrong by, mean runs", off / found);
  return met;
}

void change_points(Kind kind) {
  int found = 0;
  std::chrono::duration<double, std::milli> took{};
  for (int i = 0; i < kind.series; ++i) {
    const auto values = test::RunSeries(kind.seed + static_cast<std::uint64_t>(i)).take(1000);
    const auto began = std::chrono::steady_clock::now();
    found += static_cast<int>(statistics::change_points(values).size());
    took += std::chrono::steady_clock::now() - began;
  }
  std::printf("change points: seeds %lu to %lu, 1,000 healthy runs each\n", kind.seed, kind.seed + kind.series - 1U);
  std::printf("  %-44s %7.2f\n", "named, of 1,000 runs", static_cast<double>(found) / kind.series);
  std::printf("  %-44s %7.2f\n", "milliseconds for 1,000 runs", took.count() / kind.series);
}

}  // namespace

int main(int argc, char** argv) {
  const int series = argc > 1 ? std::atoi(argv[1]) : 4000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  if (series <= 0 || argc > 3) {
    std::fputs("usage: statistics_bench [SERIES] [SEED]\n", stderr);
    return 64;
  }
  const auto step = static_cast<std::uint64_t>(series);
  bool met = healthy({series, seed});
  met = slower({series, seed + step}, 1.25, 90, ">= 90") && met;
  met = slower({series, seed + 2 * step}, 1.5, 97, ">= 97") && met;
  change_points({200, seed + 3 * step});
  return met ? 0 : 1;
}
