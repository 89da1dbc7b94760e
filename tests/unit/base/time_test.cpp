#include "base/time.hpp"

#include <gtest/gtest.h>

namespace ci::base {
namespace {

using namespace std::chrono_literals;

TEST(Time, IsWrittenAsRfc3339AndReadAgain) {
  const TimePoint time = TimePoint(std::chrono::sys_days(std::chrono::year(2024) / 2 / 29)) + 4h + 5min + 6s + 7us;
  EXPECT_EQ(to_rfc3339(time), "2024-02-29T04:05:06.000007Z");
  EXPECT_EQ(parse_rfc3339("2024-02-29T04:05:06.000007Z"), time);
  EXPECT_EQ(to_rfc3339(TimePoint{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(TimePoint{} - 1us), "1969-12-31T23:59:59.999999Z");
}

TEST(Time, IsReadWithAnyFraction) {
  const auto whole = parse_rfc3339("2026-11-21T04:24:00Z");
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(parse_rfc3339("2026-11-21T04:24:00.5Z"), *whole + 500ms);
  EXPECT_EQ(parse_rfc3339("2026-11-21 04:24:00.123456789Z"), *whole + 123456us);
}

TEST(Time, IsNotReadFromOtherTexts) {
  for (const char* wrong :
       {"", "2026-11-21", "2026-11-21T04:24:00", "2026-11-21T04:24:00+00:00", "2026-02-29T04:24:00Z",
        "2026-13-01T04:24:00Z", "2026-00-01T04:24:00Z", "2026-11-21T24:00:00Z", "2026-11-21T04:60:00Z",
        "2026-11-21T04:24:00.Z", "2026-11-21T04:24:00.1x3Z", "2026-11-21T04:24:00.123456xZ", "2026-11-21T04-24:00Z",
        "-026-11-21T04:24:00Z"}) {
    EXPECT_EQ(parse_rfc3339(wrong), std::nullopt) << wrong;
  }
}

TEST(Duration, IsSpelledWithUnits) {
  EXPECT_EQ(parse_duration("73s"), 73s);
  EXPECT_EQ(parse_duration("1m30s"), 90s);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("7d"), 7 * 24h);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("0.5s"), 500ms);
  EXPECT_EQ(parse_duration(" 20 "), 20s);
  EXPECT_EQ(parse_duration("0"), 0s);
  EXPECT_EQ(parse_duration("3650d"), 3650 * 24h);
}

TEST(Duration, IsNotReadFromOtherTexts) {
  for (const char* wrong : {"", " ", "s", "-1s", "+1s", "1 s", "1x", "1m30", "30 1m", "1.2.3s", "1e3s", "3651d",
                            "99999999999999999999d", "0s5", "1S", "inf"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
}

TEST(Duration, IsGivenInSeconds) {
  EXPECT_EQ(seconds(1500ms), 1.5);
}

}  // namespace
}  // namespace ci::base
