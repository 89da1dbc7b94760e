#include "history_store/stored_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"
#include "history_store/locator.hpp"
#include "history_store/sample_document.hpp"
#include "platform/filesystem.hpp"

namespace ci::history_store {
namespace {

using namespace std::chrono_literals;

class StoredRecords : public testing::Test {
 protected:
  StoredRecords() : folder_(*platform::TemporaryFolder::make(testing::TempDir(), "stored-")) {
    store_ = *open_history_store("file:" + folder_.path().string(), platform_, 10s);
  }

  void put(const test::Sample& sample) {
    const auto kept = store_->put(sample.document());
    ASSERT_TRUE(kept) << kept.error().message;
  }

  platform::TemporaryFolder folder_;
  test::FakePlatform fake_;
  platform::Platform platform_ = fake_.seams();
  std::unique_ptr<HistoryStore> store_;
};

TEST_F(StoredRecords, AreThoseSelectedTheNewestFirst) {
  for (int day = 1; day <= 3; ++day) put({.run_id = std::to_string(day), .started_at = test::noon(day)});
  Selection selection;
  selection.since = test::noon(2);
  const auto records = stored_records(*store_, selection, platform_, fake_.clock.monotonic() + 1s);
  ASSERT_TRUE(records) << records.error().message;
  EXPECT_THAT(fake_.log.warnings, testing::IsEmpty());
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ(records->at(0).run_id, "1");
  EXPECT_EQ(records->at(1).started_at, test::noon(2));
}

TEST_F(StoredRecords, ThatCannotBeReadAreToldAndLeftOut) {
  put({.run_id = "1", .id = "00000000-0000-4000-8000-000000000001"});
  put({.run_id = "2"});
  const auto id = store_->rows({.id_prefix = "00000000"})->at(0).id;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (file.path().stem().string() != id) continue;
    ASSERT_TRUE(platform::write_file(file.path(), R"({"schema": 99})"));
  }
  const auto records = stored_records(*store_, {}, platform_, fake_.clock.monotonic() + 1s);
  ASSERT_TRUE(records) << records.error().message;
  EXPECT_EQ(records->size(), 1U);
}

TEST_F(StoredRecords, EndInTime) {
  put({});
  const auto records = stored_records(*store_, {}, platform_, fake_.clock.monotonic());
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().kind, base::ErrorKind::timeout);
}

}  // namespace
}  // namespace ci::history_store
