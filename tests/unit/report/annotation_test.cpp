#include "report/annotation.hpp"

#include <gtest/gtest.h>

#include "report/sample_record.hpp"

namespace ci::report {
namespace {

TEST(Annotations, TheGravestComeFirst) {
  const auto made = annotations(test::failed());
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].level, Annotation::Level::failure);
  EXPECT_EQ(made[0].message, "smoke test failed: ffmpeg -x\nhint: try again");
  EXPECT_EQ(made[0].title, "apt: stalled (download)");
  EXPECT_EQ(made[1].level, Annotation::Level::warning);
}

}  // namespace
}  // namespace ci::report
