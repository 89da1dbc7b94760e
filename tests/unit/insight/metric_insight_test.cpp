#include "insight/metric_insight.hpp"

#include <gmock/gmock.h>

#include "insight/kept_runs.hpp"

namespace {

using namespace ci;
using namespace ci::insight;
using statistics::Assessment;
using testing::SizeIs;

// What is told of a run after `before` calm ones and then these, the last of which is the run itself.
std::vector<MetricInsight> after(int before, const std::vector<double>& seconds) {
  auto records = test::calm_runs(before);
  for (const double value : seconds)
    records.insert(records.begin(), test::run_of(static_cast<int>(records.size()), value));
  const auto current = test::row(records.front());
  records.erase(records.begin());
  return metric_insights(test::rows(records), current, "main");
}

TEST(MetricInsight, TellsHowFarTheBaselineIs) {
  const auto metrics = after(4, {30});
  EXPECT_EQ(metrics[0].name, kJobSeconds);
  EXPECT_EQ(metrics[0].judgement.assessment, Assessment::unjudged);
  EXPECT_EQ(sentence(metrics[0]), "baseline: 4 of 10 runs");
  EXPECT_EQ(sentence(after(0, {30})[0]), "baseline: 0 of 10 runs");
  EXPECT_EQ(sentence(after(12, {30})[0]), "as usual: 30.0 s");
}

TEST(MetricInsight, ASlowRunIsOneBesideTheUsual) {
  EXPECT_EQ(sentence(after(12, {61})[0]), "slow run: 1 min 1 s, usual are 30.0 s");
  EXPECT_EQ(sentence(after(7, {61})[0]), "perhaps a slow run: 1 min 1 s, usual are 29.7 s");
}

TEST(MetricInsight, ARegressionNamesEffectProbabilityRunsAndTheFirstBadOne) {
  const auto metrics = after(20, {34.1, 34.5, 34.2, 34.3, 34.4});
  const auto& job = metrics[0];
  ASSERT_EQ(job.judgement.assessment, Assessment::regression);
  ASSERT_TRUE(job.first_bad && job.last_good);
  EXPECT_EQ(job.first_bad->run_id, "20");
  EXPECT_EQ(job.last_good->run_id, "19");
  EXPECT_EQ(sentence(job),
            "regression: +4.4 s (+15 %, 95 % interval +4.0 s to +4.7 s), 5 runs against 20, p < 0.0001, since run 20 "
            "(commit 0000020, 2026-11-01)");
}

TEST(MetricInsight, ARegressionThatCameWithAnotherImageSaysSo) {
  auto records = test::calm_runs(12);
  for (int number = 12; number < 14; ++number) {
    records.insert(records.begin(), test::run_of(number, 60));
    records.front().runner.image_version = "20261108";
  }
  const auto current = test::row(records.front());
  records.erase(records.begin());
  const auto metrics = metric_insights(test::rows(records), current, "main");
  EXPECT_THAT(sentence(metrics[0]), testing::EndsWith("; the runner's image became 20261108 then"));
}

TEST(MetricInsight, TheMetricsOfTheRecordAreJudgedToo) {
  const auto metrics = after(12, {90, 91});
  ASSERT_THAT(metrics, SizeIs(2));
  EXPECT_EQ(metrics[1].name, "package_installation_time");
  EXPECT_EQ(metrics[1].judgement.assessment, Assessment::regression);
  EXPECT_EQ(metrics[1].judgement.regression->first_bad, 12U);
  EXPECT_EQ(title(metrics[0]), "the whole job");
}

TEST(MetricInsight, OnlyDurationsAreJudged) {
  auto records = test::calm_runs(12);
  const auto with_size = [](history::Record record, double bytes) {
    history::Metric size = record.metrics[0];
    size.name = "download_size";
    size.value = bytes;
    size.unit = "bytes";
    record.metrics.push_back(size);
    return record;
  };
  for (auto& record : records) record = with_size(record, 1e6);
  const auto metrics = metric_insights(test::rows(records), test::row(with_size(test::run_of(20), 9e6)), "main");
  ASSERT_THAT(metrics, SizeIs(3));
  EXPECT_EQ(metrics[1].name, "download_size");
  EXPECT_EQ(metrics[1].judgement.assessment, Assessment::unjudged);
  EXPECT_EQ(sentence(metrics[1]), "usual are 1.0 MB");
}

TEST(MetricInsight, LastValuesEndWithTheRunsOwn) {
  const auto metrics = after(40, {31, 32});
  ASSERT_THAT(metrics[0].last, SizeIs(kMostLast));
  EXPECT_DOUBLE_EQ(metrics[0].last.back(), 32);
  EXPECT_DOUBLE_EQ(metrics[0].last[kMostLast - 2], 31);
}

// Of a hundred metrics without any change one is expected to look significant at p < 0.005 in every second run.
TEST(MetricInsight, ChanceAmongManyMetricsIsNoRegression) {
  const auto record = [](int number, bool later) {
    auto run = test::run_of(number);
    const auto shape = run.metrics[0];
    run.metrics.clear();
    for (int i = 0; i < 100; ++i) {
      run.metrics.push_back(shape);
      run.metrics.back().name = fmt::format("m{:02}", i);
      run.metrics.back().value = 30 + 0.01 * (number * 7 % 20);
    }
    // Of the first the five last values are among the greatest, but not all: p = 0.0009.
    const double usual[] = {20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 50, 51, 52};
    const double slower[] = {37, 38, 47, 53, 54};
    run.metrics[0].value = later ? slower[number - 20] : usual[number];
    return run;
  };
  std::vector<history_store::Row> earlier;
  for (int number = 23; number >= 0; --number) earlier.push_back(test::row(record(number, number >= 20)));
  auto current = test::row(record(24, true));
  const auto many = metric_insights(earlier, current, "main");
  ASSERT_THAT(many, SizeIs(101));
  EXPECT_NE(many[1].judgement.assessment, Assessment::regression);
  EXPECT_GT(many[1].adjusted_p.value_or(0), 0.005);

  current.metrics = {{"m00", current.metrics.at("m00")}};
  const auto alone = metric_insights(earlier, current, "main");
  ASSERT_THAT(alone, SizeIs(2));
  EXPECT_EQ(alone[1].judgement.assessment, Assessment::regression);
  EXPECT_LT(alone[1].adjusted_p.value_or(1), 0.005);
}

TEST(MetricInsight, UnitsAreReadable) {
  EXPECT_EQ(with_unit(61, "seconds"), "1 min 1 s");
  EXPECT_EQ(with_unit(1.5e6, "bytes"), "1.5 MB");
  EXPECT_EQ(with_unit(12, "packages"), "12 packages");
  EXPECT_EQ(with_unit(0.25, ""), "0.25");
  EXPECT_EQ(signed_percent(0.146), "+15 %");
  EXPECT_EQ(signed_percent(-2.0 / 3), "−67 %");
}

}  // namespace
