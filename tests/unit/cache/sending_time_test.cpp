#include "cache/sending_time.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"

namespace ci::test {
namespace {

using namespace std::chrono_literals;
using cache::level_for;
using cache::SendingTime;

class SendingTimeTest : public testing::Test {
 protected:
  void compress_and_send(base::Duration compressing, base::Duration writing) {
    clock_.advance(compressing);
    sending_.begin();
    clock_.advance(writing);
    sending_.end();
  }

  FakeClock clock_;
  SendingTime sending_{clock_};
};

TEST_F(SendingTimeTest, SaysNothingInTheFirstSecond) {
  compress_and_send(100ms, 800ms);
  EXPECT_EQ(sending_.share(), 0);
}

TEST_F(SendingTimeTest, IsTheShareOfAllTime) {
  compress_and_send(1s, 0s);
  EXPECT_EQ(sending_.share(), 0);
  compress_and_send(0s, 3s);
  EXPECT_DOUBLE_EQ(sending_.share(), 0.75);
  compress_and_send(2s, 0s);
  EXPECT_DOUBLE_EQ(sending_.share(), 0.5);
}

TEST(LevelFor, RisesWithTheTimeThatIsWaited) {
  EXPECT_EQ(level_for(0), 2);
  EXPECT_EQ(level_for(0.19), 2);
  EXPECT_EQ(level_for(0.5), 4);
  EXPECT_EQ(level_for(1), 6);
}

}  // namespace
}  // namespace ci::test
