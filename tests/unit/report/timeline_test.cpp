#include "report/timeline.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/sample_record.hpp"

namespace ci::report {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

std::vector<std::string> names(const Timeline& line) {
  std::vector<std::string> names;
  for (const auto& step : line.steps) names.push_back(step.name);
  return names;
}

history::CacheOutcome cache(std::string name, double restore, double save) {
  history::CacheOutcome made;
  made.name = std::move(name);
  made.outcome = "exact";
  made.restore_seconds = restore;
  made.save_seconds = save;
  return made;
}

history::Record job() {
  auto record = test::succeeded();  // download 1.9 s, unpack 1.2 s, one test 0.05 s
  record.seconds = 10;
  record.caches = {cache("assets", 1, 0), cache("apt", 7, 7), cache("go-build", 2, 0.5)};
  record.go.emplace().binary.emplace();
  record.go->binary->paths = {"bin/tool"};
  record.go->binary->build_seconds = 3;
  return record;
}

TEST(Timeline, PutsStepsIntoTheOrderOfAJobAndEachWhereTheOneBeforeEnds) {
  const auto line = timeline(job());
  EXPECT_THAT(names(line), ElementsAre("restore assets", "download", "unpack", "restore go-build", "build bin/tool",
                                       "ffmpeg -version", "save go-build"));
  EXPECT_FALSE(line.measured);
  double end = 0;
  for (const auto& step : line.steps) {
    ASSERT_EQ(step.stretches.size(), 1U);
    EXPECT_THAT(step.stretches.front().start, DoubleNear(end, 1e-9));
    end += step.seconds;
  }
}

TEST(Timeline, TellsWhatNoStepAccountsFor) {
  const auto line = timeline(job());
  EXPECT_EQ(line.seconds, 10);
  EXPECT_THAT(line.elsewhere_seconds(), DoubleNear(10 - 9.65, 1e-9));
}

TEST(Timeline, PutsSavingBehindAJobThatItHasNoRoomIn) {
  auto record = job();
  record.caches[2].save_seconds = 4;
  const auto line = timeline(record);
  EXPECT_TRUE(line.saved_after);
  EXPECT_THAT(line.steps.back().stretches.front().start, DoubleNear(10, 1e-9));
  EXPECT_THAT(line.seconds, DoubleNear(14, 1e-9));
  EXPECT_THAT(line.elsewhere_seconds(), DoubleNear(10 - 9.15, 1e-9));
}

TEST(Timeline, TakesSpansWhereARecordHasThem) {
  auto record = job();
  record.spans = {
      {"apt", "download", 1, 2}, {"apt", "unpack", 3, 1}, {"go", "build", 3.5, 3}, {"apt", "download", 8, 1}};
  const auto line = timeline(record);
  EXPECT_TRUE(line.measured);
  EXPECT_THAT(names(line), ElementsAre("download", "unpack", "build"));
  EXPECT_EQ(line.steps[0].stretches.size(), 2U);
  EXPECT_EQ(line.steps[0].seconds, 3);
  EXPECT_EQ(line.steps[0].bytes, 170'563'476);
  ASSERT_EQ(line.elsewhere.size(), 3U);
  EXPECT_THAT(line.elsewhere_seconds(), DoubleNear(1 + 1.5 + 1, 1e-9));
}

TEST(Timeline, MakesOneStepOfALaneWhereThereWouldBeTooMany) {
  auto record = job();
  for (int i = 0; i < 99; ++i) record.smoke.push_back(record.smoke.front());
  const auto line = timeline(record);
  EXPECT_THAT(names(line), ElementsAre("2 steps of caches", "2 steps of apt", "build bin/tool", "100 steps of smoke",
                                       "save go-build"));
  EXPECT_THAT(line.steps[3].seconds, DoubleNear(5, 1e-9));
}

TEST(Timeline, OfAJobThatDidNothingIsEmpty) {
  EXPECT_TRUE(timeline(history::Record{}).steps.empty());
  EXPECT_EQ(timeline(history::Record{}).seconds, 0);
}

}  // namespace
}  // namespace ci::report
