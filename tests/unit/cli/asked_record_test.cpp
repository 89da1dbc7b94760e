#include "cli/asked_record.hpp"

#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"
#include "history_store/locator.hpp"
#include "history_store/sample_document.hpp"
#include "platform/filesystem.hpp"

namespace ci::cli {
namespace {

using namespace std::chrono_literals;

class AskedRecord : public testing::Test {
 protected:
  AskedRecord() : folder_(*platform::TemporaryFolder::make(testing::TempDir(), "asked-")) {
    store_ = *history_store::open_history_store("file:" + folder_.path().string(), platform_, 10s);
  }

  void put(const std::string& id, const std::string& run, int days_ago, const std::string& job = "test") {
    test::Sample sample;
    sample.id = id;
    sample.run_id = run;
    sample.started_at = test::noon(days_ago);
    sample.job = job;
    const auto kept = store_->put(sample.document());
    ASSERT_TRUE(kept) << kept.error().message;
  }

  // The id that is found, or the message, without the store's name, of why none is.
  std::string asked(const std::string& text, MayName may_name, const history_store::Selection& selection = {}) {
    const auto row = asked_record(*store_, text, may_name, selection);
    if (row) return row->id;
    kind_ = row.error().kind;
    const auto& message = row.error().message;
    return message.starts_with(store_->name()) ? message.substr(store_->name().size()) : message;
  }

  platform::TemporaryFolder folder_;
  test::FakePlatform fake_;
  platform::Platform platform_ = fake_.seams();
  std::unique_ptr<history_store::HistoryStore> store_;
  base::ErrorKind kind_ = base::ErrorKind::bug;
};

TEST_F(AskedRecord, IsTheNewestWhenTheLatestIsAskedFor) {
  put("aa", "7", 2);
  put("bb", "8", 1);
  put("cc", "9", 3);
  EXPECT_EQ(asked("latest", MayName::record), "bb");
  EXPECT_EQ(asked("latest", MayName::run_or_record), "bb");
}

TEST_F(AskedRecord, IsTheOneWhoseIdBeginsSo) {
  put("abc-1", "7", 1);
  put("abd-2", "8", 2);
  EXPECT_EQ(asked("abd", MayName::record), "abd-2");
  EXPECT_EQ(asked("abc-1", MayName::run_or_record), "abc-1");
  EXPECT_EQ(asked("ab", MayName::record), "several records begin with ab: abc-1, abd-2");
  EXPECT_EQ(kind_, base::ErrorKind::usage);
}

TEST_F(AskedRecord, IsTheOneWithTheWholeIdWhateverElseBeginsSo) {
  put("1", "7", 9);
  for (int day = 0; day < 5; ++day) put("1" + std::to_string(day), std::to_string(10 + day), day);
  EXPECT_EQ(asked("1", MayName::record), "1");
}

TEST_F(AskedRecord, IsTheNewestOfARunWhereARunMayBeNamed) {
  put("aa", "7", 2, "build");
  put("bb", "7", 1, "test");
  put("7c", "8", 0);
  EXPECT_EQ(asked("7", MayName::run_or_record), "bb");
  EXPECT_EQ(asked("7", MayName::record), "7c");
}

TEST_F(AskedRecord, IsAmongTheSelected) {
  put("ab", "7", 1, "build");
  put("ac", "7", 0, "test");
  put("a", "9", 3, "test");
  history_store::Selection builds;
  builds.job = "build";
  for (const auto may_name : {MayName::record, MayName::run_or_record}) {
    EXPECT_EQ(asked("latest", may_name, builds), "ab");
    EXPECT_EQ(asked("a", may_name, builds), "ab");
  }
  EXPECT_EQ(asked("7", MayName::run_or_record, builds), "ab");
  put("ad", "11", 4, "build");
  EXPECT_EQ(asked("a", MayName::record, builds), "several records begin with a: ab, ad");
  builds.run_id = "8";
  EXPECT_EQ(asked("7", MayName::run_or_record, builds), " has no run or record 7");
}

TEST_F(AskedRecord, IsMissedInTheWordsOfWhatMayBeNamed) {
  EXPECT_EQ(asked("latest", MayName::record), " has no record");
  EXPECT_EQ(asked("latest", MayName::run_or_record), " has no record");
  EXPECT_EQ(asked("x", MayName::record), " has no record x");
  EXPECT_EQ(asked("x", MayName::run_or_record), " has no run or record x");
  EXPECT_EQ(kind_, base::ErrorKind::data);
}

}  // namespace
}  // namespace ci::cli
