#include "insight/cache_ledger.hpp"

#include <gmock/gmock.h>

#include "insight/kept_runs.hpp"

namespace {

using namespace ci;
using namespace ci::insight;
using testing::Optional;

history::CacheOutcome cache(const char* name, const char* outcome) {
  history::CacheOutcome result;
  result.name = name;
  result.outcome = outcome;
  return result;
}

std::vector<CacheLine> ledger(test::KeptRuns& kept, const history::Record& current) {
  auto earlier = kept.store().rows(history_store::runs_of(series_of(test::row(current))));
  return cache_ledger(kept.store(), current, earlier.value());
}

TEST(CacheLedger, AHitSavesWhatColdRunsTookLessItsCost) {
  test::KeptRuns kept;
  for (int number = 0; number < 3; ++number) {
    auto record = test::run_of(number);
    record.caches = {cache("go-build", "miss")};
    record.caches[0].cold_seconds = 40 + 10 * number;
    kept.put(record);
  }
  auto current = test::run_of(9);
  current.caches = {cache("go-build", "prefix")};
  current.caches[0].restore_seconds = 2;
  current.caches[0].save_seconds = 3;
  current.caches[0].seconds_saved = 48;  // the median less the restore
  const auto lines = ledger(kept, current);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_DOUBLE_EQ(lines[0].cold_median, 50);
  EXPECT_EQ(lines[0].cold_runs, 3U);
  EXPECT_THAT(lines[0].net_seconds, Optional(45));
  EXPECT_EQ(lines[0].hits.successes, 1);
  EXPECT_EQ(lines[0].hits.trials, 4);
}

TEST(CacheLedger, AMissCostsWhatLookingAndSavingTook) {
  test::KeptRuns kept;
  auto current = test::run_of(9);
  current.caches = {cache("a", "miss"), cache("b", "exact"), cache("c", "skipped"), cache("d", "exact")};
  current.caches[0].restore_seconds = 0.5;
  current.caches[0].save_seconds = 3;
  current.caches[1].restore_seconds = 4;
  current.caches[3].seconds_saved = -7;
  const auto lines = ledger(kept, current);
  EXPECT_THAT(lines[0].net_seconds, Optional(-3.5));
  EXPECT_FALSE(lines[1].net_seconds) << "nobody knows what it saved";
  EXPECT_FALSE(lines[2].net_seconds);
  EXPECT_EQ(lines[2].hits.trials, 0);
  EXPECT_THAT(lines[3].net_seconds, Optional(-7));
}

TEST(CacheLedger, OpensAFewRecordsAtMostAndTheNewest) {
  test::KeptRuns kept;
  for (int number = 1; number <= 12; ++number) {
    auto record = test::run_of(number);
    record.caches = {cache("a", "miss")};
    record.caches[0].cold_seconds = number;
    kept.put(record);
  }
  auto current = test::run_of(50);
  current.caches = {cache("a", "exact")};
  const auto lines = ledger(kept, current);
  EXPECT_EQ(lines[0].cold_runs, kMostColdRecords);
  EXPECT_DOUBLE_EQ(lines[0].cold_median, 7.5);  // of 3 to 12
}

TEST(CacheLedger, ARecordThatCannotBeReadIsLeftOut) {
  test::KeptRuns kept;
  auto current = test::run_of(50);
  current.caches = {cache("a", "exact")};
  auto gone = test::run_of(1);
  gone.caches = {cache("a", "miss")};
  const auto lines = cache_ledger(kept.store(), current, {test::row(gone)});
  EXPECT_EQ(lines[0].cold_runs, 0U);
  EXPECT_EQ(lines[0].hits.trials, 2);
}

TEST(CacheLedger, OutcomesAreFoundByTheWholeName) {
  EXPECT_EQ(outcome_in("apt-debs=miss apt=exact", "apt"), "exact");
  EXPECT_EQ(outcome_in("my cache=prefix x=miss", "my cache"), "prefix");
  EXPECT_EQ(outcome_in("xapt=exact", "apt"), "");
  EXPECT_EQ(outcome_in("", "apt"), "");
}

}  // namespace
