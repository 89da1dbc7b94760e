#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apt/phase_timer.hpp"
#include "apt/status_line.hpp"
#include "apt/throughput_watch.hpp"
#include "fakes/fake_clock.hpp"

namespace ci::apt {
namespace {

using std::chrono::seconds;

TEST(StatusLine, ReadsADownload) {
  const auto line = parse_status_line("dlstatus:3:20.3434:Retrieving file 3 of 29");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->activity, Activity::downloading);
  EXPECT_DOUBLE_EQ(line->percent, 20.3434);
  EXPECT_EQ(line->package, "");
}

TEST(StatusLine, ReadsWhatDpkgDoesToAPackage) {
  EXPECT_EQ(parse_status_line("pmstatus:libssl3:3.5:Preparing libssl3 (amd64)")->activity, Activity::unpacking);
  EXPECT_EQ(parse_status_line("pmstatus:libssl3:3.5:Preparing to configure libssl3 (amd64)")->activity,
            Activity::configuring);
  EXPECT_EQ(parse_status_line("pmstatus:libssl3:3.5:Installed libssl3 (amd64)")->activity, Activity::configuring);
  EXPECT_EQ(parse_status_line("pmstatus:man-db:90:Running post-installation trigger man-db")->activity,
            Activity::triggering);
  EXPECT_EQ(parse_status_line("pmstatus:x:90:Removing x (amd64)")->activity, Activity::removing);
  const auto line = parse_status_line("pmstatus:libc6:arm64:40.0:Configuring libc6:arm64 (arm64)");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->package, "libc6:arm64");
  EXPECT_EQ(line->message, "Configuring libc6:arm64 (arm64)");
}

TEST(StatusLine, IsNothingElse) {
  EXPECT_FALSE(parse_status_line("Get:1 http://x y"));
  EXPECT_FALSE(parse_status_line("pmstatus:"));
  EXPECT_FALSE(parse_status_line(""));
  EXPECT_EQ(parse_status_line("pmerror:/a.deb:10:oh")->activity, Activity::failing);
}

class PhaseTimerTest : public testing::Test {
 protected:
  void see(const char* line) { timer_.observe(*parse_status_line(line)); }
  test::FakeClock clock_;
  PhaseTimer timer_{clock_};
};

TEST_F(PhaseTimerTest, AddsUpTheTurnsOfEachPhase) {
  timer_.begin("download");
  clock_.advance(seconds(2));
  see("pmstatus:dpkg-exec:0:Running dpkg");
  clock_.advance(seconds(1));  // dpkg's start belongs to the unpacking it was started for
  see("pmstatus:a:10:Preparing a (amd64)");
  clock_.advance(seconds(3));
  see("pmstatus:a:20:Configuring a (amd64)");
  clock_.advance(seconds(4));
  see("pmstatus:b:30:Unpacking b (amd64)");
  clock_.advance(seconds(5));
  timer_.end();
  EXPECT_DOUBLE_EQ(timer_.seconds_in("download"), 2);
  EXPECT_DOUBLE_EQ(timer_.seconds_in("unpack"), 9);
  EXPECT_DOUBLE_EQ(timer_.seconds_in("configure"), 4);
  EXPECT_DOUBLE_EQ(timer_.package_seconds("a"), 7);
  EXPECT_DOUBLE_EQ(timer_.package_seconds("b"), 5);
}

TEST_F(PhaseTimerTest, TellsWhenEachTurnBegan) {
  const auto zero = clock_.monotonic();
  clock_.advance(seconds(1));
  timer_.begin("update");
  clock_.advance(seconds(2));
  timer_.begin("download");
  see("dlstatus:1:50:Retrieving file 1 of 2");
  clock_.advance(seconds(3));
  see("dlstatus:1:90:Retrieving file 2 of 2");
  clock_.advance(seconds(1));
  timer_.end();
  clock_.advance(seconds(9));
  timer_.begin("capture");
  clock_.advance(seconds(1));
  timer_.end();
  std::vector<std::string> told;
  for (const auto& span : timer_.spans(zero))
    told.push_back(fmt::format("{} {} {}+{}", span.lane, span.name, span.start, span.seconds));
  EXPECT_EQ(told, (std::vector<std::string>{"apt update 1+2", "apt download 3+4", "apt capture 16+1"}));
}

TEST_F(PhaseTimerTest, CountsTheDownloadsOfAnUpdateAsTheUpdate) {
  timer_.begin("update");
  clock_.advance(seconds(2));
  see("dlstatus:1:50:Retrieving file 1 of 2");
  clock_.advance(seconds(1));
  EXPECT_DOUBLE_EQ(timer_.seconds_in("update"), 3) << "the running turn counts";
  timer_.end();
  EXPECT_DOUBLE_EQ(timer_.seconds_in("download"), 0);
}

class ThroughputWatchTest : public testing::Test {
 protected:
  using Verdict = ThroughputWatch::Verdict;
  Verdict after(int passed, double bytes) {
    clock_.advance(seconds(passed));
    watch_.arrived(bytes);
    return watch_.judge();
  }
  test::FakeClock clock_;
  ThroughputWatch watch_{clock_, {seconds(10), 20'000}};
};

TEST_F(ThroughputWatchTest, IsPatientForOneWindow) {
  EXPECT_EQ(after(5, 0), Verdict::fine);
  EXPECT_EQ(after(4, 0), Verdict::fine);
  EXPECT_EQ(after(1, 0), Verdict::stalled);
}

TEST_F(ThroughputWatchTest, TellsATrickleFromAStall) {
  for (int i = 1; i < 10; ++i) EXPECT_EQ(after(1, i * 5'000), Verdict::fine);
  EXPECT_EQ(after(1, 50'000), Verdict::trickling);
  EXPECT_NEAR(watch_.rate(), 5'000, 1);
}

TEST_F(ThroughputWatchTest, ForgetsWhatLiesBeforeTheWindow) {
  EXPECT_EQ(after(1, 100'000'000), Verdict::fine);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(after(1, 100'000'000), Verdict::fine);
  EXPECT_EQ(after(1, 100'000'000), Verdict::stalled);
}

TEST_F(ThroughputWatchTest, IsContentWithEnough) {
  for (int i = 1; i <= 60; ++i) EXPECT_EQ(after(1, i * 20'001.0), Verdict::fine);
}

}  // namespace
}  // namespace ci::apt
