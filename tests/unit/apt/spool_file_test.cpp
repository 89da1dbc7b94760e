#include "apt/spool_file.hpp"

#include <gtest/gtest.h>

#include <array>

#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

TEST(SpoolFile, GivesBackWhatWasPutAside) {
  const auto folder = platform::TemporaryFolder::make(testing::TempDir(), "spool-").value();
  SpoolFile spool(folder.path(), 10);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "it has no name";
  const std::array<std::byte, 4> one = {std::byte{1}}, two = {std::byte{2}};
  const auto first = spool.reserve(4), second = spool.reserve(4);
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(spool.write(*second, two));
  EXPECT_TRUE(spool.write(*first, one));
  std::array<std::byte, 4> got{};
  EXPECT_TRUE(spool.read(*first, got));
  EXPECT_EQ(got, one);
  EXPECT_TRUE(spool.read(*second, got));
  EXPECT_EQ(got, two);
}

TEST(SpoolFile, HasALimit) {
  SpoolFile spool(testing::TempDir(), 10);
  EXPECT_TRUE(spool.reserve(8));
  EXPECT_FALSE(spool.reserve(3));
  EXPECT_FALSE(spool.is_full());
  EXPECT_TRUE(spool.reserve(2));
  EXPECT_TRUE(spool.is_full());
  EXPECT_FALSE(spool.reserve(1));
}

TEST(SpoolFile, HasNoRoomWhenItIsClosedOrCannotBe) {
  SpoolFile spool(testing::TempDir(), 10);
  spool.close();
  EXPECT_FALSE(spool.reserve(1));
  SpoolFile nowhere("/nonexistent", 10);
  EXPECT_FALSE(nowhere.reserve(1));
  EXPECT_TRUE(nowhere.is_full());
}

}  // namespace
}  // namespace ci::apt
