#include "insight/series_changes.hpp"

#include <gmock/gmock.h>

#include "insight/kept_runs.hpp"

namespace {

using namespace ci;
using namespace ci::insight;
using testing::IsEmpty;
using testing::SizeIs;

// 20 runs of 30 s, then 20 of 42 s, the newest first.
std::vector<history::Record> risen() {
  auto records = test::calm_runs(20);
  for (int number = 20; number < 40; ++number)
    records.insert(records.begin(), test::run_of(number, 42 + 0.01 * number));
  return records;
}

TEST(SeriesChanges, NamesTheFirstRunOfTheNewLevelAndTheLastOfTheOld) {
  const auto rows = test::rows(risen());
  const auto changes = series_changes(rows, kJobSeconds, "main");
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].first.run_id, "20");
  EXPECT_EQ(changes[0].last_before.run_id, "19");
  EXPECT_EQ(changes[0].runs_before, 20U);
  EXPECT_EQ(changes[0].runs_after, 20U);
  EXPECT_LT(changes[0].p, 0.001);
  EXPECT_EQ(effect_text(changes[0]), "29.9 s → 42.3 s (+41 %)");
  EXPECT_EQ(changes[0].stratum, "ci / test, ubuntu 24.04 x64 ubuntu24, packages delta");
}

TEST(SeriesChanges, AnotherStratumIsAnotherSeries) {
  auto records = risen();
  // Were the slower runs those whose packages came from the network, nothing has changed.
  for (auto& record : records) {
    if (record.seconds > 40) record.apt->tier = "network";
  }
  EXPECT_THAT(series_changes(test::rows(records), kJobSeconds, "main"), IsEmpty());
}

TEST(SeriesChanges, OtherBranchesFailuresAndLaterAttemptsAreLeftOut) {
  for (const int kind : {0, 1, 2}) {
    auto records = risen();
    for (auto& record : records) {
      if (record.seconds < 40) continue;
      if (kind == 0) record.branch = "slow";
      if (kind == 1) record.status = history::JobStatus::failure;
      if (kind == 2) record.run_attempt = 2;
    }
    const auto rows = test::rows(records);
    EXPECT_THAT(series_changes(rows, kJobSeconds, "main"), IsEmpty()) << kind;
    EXPECT_THAT(series_changes(rows, kJobSeconds, ""), SizeIs(kind == 0 ? 1 : 0)) << kind << ", any branch";
  }
}

TEST(SeriesChanges, OtherMetricsChangeOnTheirOwn) {
  auto records = risen();
  for (auto& record : records) record.metrics[0].value = record.seconds > 40 ? 3 : 9;
  const auto changes = series_changes(test::rows(records), "package_installation_time", "main");
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(effect_text(changes[0]), "9.0 s → 3.0 s (−67 %)");
  EXPECT_THAT(series_changes(test::rows(records), "unheard", "main"), IsEmpty());
}

}  // namespace
