// Where the records of a job are kept, by what a user has written.
#include "optimize/history_place.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"

namespace ci::optimize {
namespace {

class HistoryPlaceTest : public testing::Test {
 protected:
  HistoryPlaceTest() { fakes_.environment.variables = {{"HOME", "/home/u"}}; }
  base::Result<std::optional<HistoryPlace>> place(const std::string& text) {
    return history_place(text, fakes_.seams());
  }

  test::FakePlatform fakes_;
};

TEST_F(HistoryPlaceTest, IsTheFolderOfThisUsersState) {
  const auto named = place("");
  ASSERT_TRUE(named && *named);
  EXPECT_EQ((*named)->store, "file:/home/u/.local/state/ci-optimizer");
  EXPECT_TRUE(is_folder(**named));
}

TEST_F(HistoryPlaceTest, OfAStoreThatIsNoFolderTheFilesLieInThatOfThisUsersState) {
  const auto named = place("s3://bucket/ci");
  ASSERT_TRUE(named && *named);
  EXPECT_EQ((*named)->store, "s3://bucket/ci");
  EXPECT_EQ((*named)->folder, "/home/u/.local/state/ci-optimizer");
  EXPECT_FALSE(is_folder(**named));
}

TEST_F(HistoryPlaceTest, MayBeNone) {
  const auto none = place("off");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST_F(HistoryPlaceTest, RefusesWhatIsNoStore) {
  for (const char* text : {"file:", "/var/lib/ci", "mysql://host/db", "s3://"}) {
    const auto named = place(text);
    ASSERT_FALSE(named) << text;
    EXPECT_EQ(named.error().kind, base::ErrorKind::data);
  }
}

}  // namespace
}  // namespace ci::optimize
