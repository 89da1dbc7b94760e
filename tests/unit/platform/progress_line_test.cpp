#include "platform/progress_line.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/display_width.hpp"

namespace ci::platform {
namespace {

TEST(ProgressLine, ShowsABarAndThePercentage) {
  EXPECT_EQ(progress_line("unpack", 0.5, 24), "unpack ━━━━━─────  50 %");
  EXPECT_EQ(progress_line("unpack", 1, 24), "unpack ━━━━━━━━━━ 100 %");
}

TEST(ProgressLine, FitsEveryTerminal) {
  for (std::size_t columns = 0; columns < 120; ++columns)
    EXPECT_LE(base::display_width(progress_line("a long name 漢字", 0.3, columns)), columns);
}

TEST(ProgressLine, BoundsWhatIsNoPart) {
  EXPECT_EQ(progress_line("x", 7, 10), "x 100 %");
  EXPECT_EQ(progress_line("x", -1, 10), "x   0 %");
  EXPECT_EQ(progress_line("x", std::numeric_limits<double>::quiet_NaN(), 10), "x   0 %");
}

}  // namespace
}  // namespace ci::platform
