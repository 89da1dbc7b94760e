// Which texts name a history store.
#include "history_store/locator.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "fakes/fake_platform.hpp"

namespace ci::test {
namespace {

using history_store::open_history_store;

TEST(HistoryLocator, NamesAFolder) {
  FakePlatform platform;
  const auto store = open_history_store("file:/var/lib/../ci", platform.seams(), std::chrono::seconds(1));
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->name(), "file:/var/ci");
  const auto relative = open_history_store("file:records", platform.seams(), std::chrono::seconds(1));
  ASSERT_TRUE(relative);
  EXPECT_EQ((*relative)->name(), "file:" + (std::filesystem::current_path() / "records").string());
}

TEST(HistoryLocator, NamesAFolderOfABucket) {
  FakePlatform platform;
  const auto store = open_history_store("s3://bucket/ci/history", platform.seams(), std::chrono::seconds(1));
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->name(), "s3://bucket/ci/history");
}

TEST(HistoryLocator, NamesABranch) {
  FakePlatform platform;
  const auto store = open_history_store("git:ci-metrics", platform.seams(), std::chrono::seconds(1));
  ASSERT_TRUE(store);
  EXPECT_EQ((*store)->name(), "git:ci-metrics");
}

TEST(HistoryLocator, RefusesWhatIsNone) {
  FakePlatform platform;
  for (const std::string text : {"", "file:", "/var/lib/ci", "git:", "git:-f", "mysql://host/db", "FILE:/x", "s3://",
                                 "s3://b/../c", "postgresql://", "postgresql://u@h:x/d"}) {
    const auto store = open_history_store(text, platform.seams(), std::chrono::seconds(1));
    ASSERT_FALSE(store) << text;
    EXPECT_EQ(store.error().kind, base::ErrorKind::usage);
  }
  EXPECT_FALSE(open_history_store(std::string("file:/a\0b", 9), platform.seams(), std::chrono::seconds(1)));
}

}  // namespace
}  // namespace ci::test
