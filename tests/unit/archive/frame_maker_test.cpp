#include "archive/frame_maker.hpp"

#include <gtest/gtest.h>

#include "archive/format.hpp"

namespace ci::archive {
namespace {

TEST(PlanFrames, TheFirstIsSmallSoThatItLeavesEarly) {
  constexpr std::uint64_t kSize = 10'000;
  std::vector<ScannedMember> files(1000);
  for (std::size_t i = 0; i < files.size(); ++i) {
    files[i].member.path = std::to_string(i);
    files[i].member.size = kSize;
  }
  const auto plans = plan_frames(files, 7);
  ASSERT_GT(plans.size(), 3U);
  EXPECT_EQ(plans[0].index, 7U);
  EXPECT_LE(plans[0].count * kSize, 128U << 10);
  EXPECT_GT(plans[1].count * kSize, kFrameRawTarget / 2);
  std::size_t next = 0;
  for (const auto& plan : plans) {
    EXPECT_EQ(plan.first, next);
    EXPECT_LE(plan.count * kSize, kFrameRawTarget);
    next += plan.count;
  }
  EXPECT_EQ(next, files.size());
}

}  // namespace
}  // namespace ci::archive
