#include "report/run_series.hpp"

#include <gtest/gtest.h>

#include "report/sample_record.hpp"

namespace ci::report {
namespace {

using history::JobStatus;
using history::Record;

Record run(double seconds, JobStatus status = JobStatus::success) {
  auto record = test::succeeded();
  record.seconds = seconds;
  record.status = status;
  return record;
}

TEST(RunSeries, AreOfOneJobWithItsMatrixValues) {
  std::vector<Record> records(6, run(1));
  records[1].job = "other";
  records[2].matrix = {{"os", "windows"}};
  records[3].repository = "o/fork";
  records[4].step = "tools";
  const auto all = run_series(records, 10);
  ASSERT_EQ(all.size(), 5U);
  EXPECT_EQ(all[0].runs.size(), 2U);
  EXPECT_EQ(all[0].runs[0], &records[0]);
  EXPECT_EQ(all[1].name(), "ci / other");
  EXPECT_EQ(all[2].name(), "ci / test (os windows)");
  EXPECT_EQ(all[4].name(), "ci / test, step tools");
}

TEST(RunSeries, HoldTheNewestRuns) {
  const std::vector<Record> records = {run(1), run(2), run(3)};
  const auto all = run_series(records, 2);
  ASSERT_EQ(all.front().runs.size(), 2U);
  EXPECT_EQ(all.front().runs[1]->seconds, 2);
}

TEST(RunSeries, MedianIsOfSuccessfulRuns) {
  const std::vector<Record> records = {run(9), run(1), run(5), run(100, JobStatus::failure), run(3)};
  const auto all = run_series(records, 10);
  EXPECT_EQ(all.front().median_seconds(), 4);
  EXPECT_EQ(all.front().successes(), 4U);
  const std::vector<Record> none = {run(9, JobStatus::failure)};
  EXPECT_FALSE(run_series(none, 10).front().median_seconds());
}

}  // namespace
}  // namespace ci::report
