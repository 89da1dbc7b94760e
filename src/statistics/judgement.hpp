#pragma once
// Slow or worse: what the last run of a series says beside those before it (docs/STATISTICS.md; issue 6).
#include <cstddef>
#include <optional>
#include <span>

#include "statistics/mann_whitney.hpp"

namespace ci::statistics {

enum class Assessment {
  unjudged,    // too few runs before it
  usual,       // nothing to tell
  slow_run,    // this run took unusually long: likely a stall that passes
  regression,  // the runs have become slower and stay so
};

// What the two verdicts need. The greater value is the worse; values are in the series' unit.
struct Rule {
  std::size_t baseline = 20;       // the most runs that one is compared with
  std::size_t recent = 5;          // tested together against the baseline
  std::size_t least_slow = 6;      // fewer runs have no 95 % interval of their median free of distribution
  std::size_t least_verdict = 10;  // runs before a slow run or two in a row are more than a hint
  double slow_mads = 4;            // a slow run is further above the median than this many scaled MADs,
  double slow_part = 0.20;         // this part of the median,
  double effect_part = 0.10;       // a regression of the recent runs' median at least this part of the median,
  double least_effect = 2;         // and either at least this much: 2 s, which nobody waits for in vain
  double significance = 0.005;     // of the one-sided exact test
};

enum class Evidence { two_in_a_row, rank_test, both };

// That the runs have become slower.
struct Regression {
  Evidence evidence = Evidence::rank_test;
  std::size_t first_bad = 0;      // index into the series: the run from which on it is slower, as near as can be told
  std::size_t recent_runs = 0;    // the runs at the end that were tested,
  std::size_t baseline_runs = 0;  // and those before them
  double before = 0;              // their medians
  double after = 0;
  RankTest test;
  std::optional<Shift> shift;  // nothing when they are too few for an interval
};

struct Judgement {
  Assessment assessment = Assessment::unjudged;
  bool preliminary = false;         // a slow run beside fewer than `least_verdict` runs
  std::size_t baseline_runs = 0;    // before the last run, at most `baseline`
  std::size_t baseline_needed = 0;  // for a verdict
  double median = 0;                // of the baseline
  double spread = 0;
  double slow_above = 0;  // the value above which a run is slow
  std::optional<Regression> regression;
};

// Judges the last of the values, which are of one stratum, in the order of time, and finite. Unjudged when there are
// none.
Judgement judge(std::span<const double> values, const Rule& rule = {});

}  // namespace ci::statistics
