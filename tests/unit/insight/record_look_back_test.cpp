#include "insight/record_look_back.hpp"

#include <gtest/gtest.h>

#include "insight/kept_runs.hpp"

namespace ci::insight {
namespace {

using statistics::Assessment;

TEST(RecordLookBack, JudgesTheNewestByTheOthers) {
  const test::FakeClock clock;
  auto records = test::calm_runs(20);
  records.insert(records.begin(), test::run_of(20, 90));
  const auto insight = look_back_on(records, clock);
  ASSERT_TRUE(insight) << insight.error().message;
  EXPECT_EQ(insight->kept_runs, 20U);
  EXPECT_EQ(assessment(*insight), Assessment::slow_run);
}

TEST(RecordLookBack, TakesStrangersIdsForNoNamesOfFiles) {
  const test::FakeClock clock;
  auto records = test::calm_runs(8);
  for (auto& record : records) record.id = "../../../tmp/" + record.id;
  const auto insight = look_back_on(records, clock);
  ASSERT_TRUE(insight) << insight.error().message;
  EXPECT_EQ(insight->kept_runs, 7U);
}

TEST(RecordLookBack, LeavesOutOtherRepositories) {
  const test::FakeClock clock;
  auto records = test::calm_runs(8);
  records[3].repository = "other/one";
  const auto insight = look_back_on(records, clock);
  ASSERT_TRUE(insight);
  EXPECT_EQ(insight->kept_runs, 6U);
}

}  // namespace
}  // namespace ci::insight
