#include "golang/build_claim.hpp"

#include <gmock/gmock.h>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "store/locator.hpp"

namespace ci::golang {
namespace {

using namespace std::chrono_literals;
using Holder = BuildClaim::Holder;

class BuildClaimTest : public test::TreeTest {
 protected:
  BuildClaimTest() : seams_(fakes_.seams()), store_(*store::open_store("file:" + root() + "/store", {}, seams_)) {}
  BuildClaim claim(const std::string& run = "1.1", const std::string& job = "build") {
    return BuildClaim(*store_, "binary-key", run, job);
  }
  test::FakePlatform fakes_;
  platform::Platform seams_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(BuildClaimTest, OneOfSeveralHoldsIt) {
  EXPECT_EQ(claim().take(5min, fakes_.clock), Holder::us);
  EXPECT_EQ(claim().take(5min, fakes_.clock), Holder::another);
  EXPECT_TRUE(claim().stands());
  EXPECT_EQ(claim("2.1").take(5min, fakes_.clock), Holder::us) << "another run";
}

TEST_F(BuildClaimTest, IsFreeWhenItWasReleased) {
  auto holder = claim();
  ASSERT_EQ(holder.take(5min, fakes_.clock), Holder::us);
  holder.release("");
  EXPECT_FALSE(claim().stands());
  EXPECT_FALSE(claim().failure());
  EXPECT_EQ(claim().take(5min, fakes_.clock), Holder::us);
}

TEST_F(BuildClaimTest, AFailedBuildLeavesItsReason) {
  auto holder = claim();
  ASSERT_EQ(holder.take(5min, fakes_.clock), Holder::us);
  holder.release("undefined: x");
  EXPECT_EQ(claim().failure(), "undefined: x\n");
  EXPECT_FALSE(claim("2.1").failure());
}

TEST_F(BuildClaimTest, OfAJobThatIsGoneIsTakenOver) {
  ASSERT_EQ(claim().take(5min, fakes_.clock), Holder::us);
  fakes_.clock.advance(6min);
  EXPECT_EQ(claim().take(5min, fakes_.clock), Holder::us);
}

}  // namespace
}  // namespace ci::golang
