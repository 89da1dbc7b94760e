#include "history/record_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/full_record.hpp"
#include "platform/filesystem.hpp"

namespace ci::history {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RecordFilesTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  std::filesystem::path write(const std::string& name, const std::string& id, int started) const {
    auto record = full_record();
    record.id = id;
    record.started_at = base::TimePoint{std::chrono::seconds(started)};
    EXPECT_TRUE(platform::write_file(path(name), to_json(record).pretty()));
    return path(name);
  }

  static std::vector<std::string> ids(const base::Result<RecordFiles>& files) {
    std::vector<std::string> ids;
    if (!files) return {files.error().message};
    for (const auto& record : files->records) ids.push_back(record.id);
    return ids;
  }

  platform::TemporaryFolder folder_ =
      std::move(*platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "records-"));
};

TEST_F(RecordFilesTest, GivesTheNewestFirstAndEachOnce) {
  const auto old = write("b.json", "old", 10), recent = write("a.json", "new", 20);
  EXPECT_THAT(ids(read_record_files({old, recent, folder_.path()})), ElementsAre("new", "old"));
}

TEST_F(RecordFilesTest, ReadsTheFolderOfAFileStore) {
  write("records/kept.json", "kept", 10);
  EXPECT_THAT(ids(read_record_files({folder_.path()})), ElementsAre("kept"));
}

TEST_F(RecordFilesTest, ReadsTheDaysOfAStoreAndNothingElseOfIt) {
  write("records/2026-11-20/a.json", "one", 10);
  write("records/2026-11-21/b.json", "two", 20);
  write("days/2026-11-01.json", "no record", 30);
  EXPECT_THAT(ids(read_record_files({folder_.path()})), ElementsAre("two", "one"));
}

TEST_F(RecordFilesTest, OfAFolderLeavesOutWhatIsNoRecordAndSaysSo) {
  write("a.json", "good", 10);
  ASSERT_TRUE(platform::write_file(path("b.json"), "{}"));
  ASSERT_TRUE(platform::write_file(path("notes.txt"), "not looked at"));
  const auto files = read_record_files({folder_.path()});
  EXPECT_THAT(ids(files), ElementsAre("good"));
  EXPECT_THAT(files->left_out, ElementsAre(HasSubstr("b.json: no record")));
}

TEST_F(RecordFilesTest, ReadsNoMoreOfAFolderThanAsked) {
  write("a.json", "one", 10);
  write("b.json", "two", 20);
  write("c.json", "three", 30);
  const auto files = read_record_files({folder_.path()}, 2);
  ASSERT_TRUE(files);
  EXPECT_EQ(files->records.size(), 2U);
  EXPECT_EQ(files->older, 1U);
}

TEST_F(RecordFilesTest, RefusesANamedFileThatIsNoRecord) {
  ASSERT_TRUE(platform::write_file(path("x.json"), "{\"schema\": 1, \"id\": 7}"));
  const auto files = read_record_files({path("x.json")});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().kind, base::ErrorKind::data);
  EXPECT_THAT(files.error().message, HasSubstr("x.json: no record: \"id\" is not a text"));
  EXPECT_THAT(files.error().hint, HasSubstr("optimize --json"));
}

TEST_F(RecordFilesTest, RefusesAFileThatIsNotThereAndAFolderWithoutARecord) {
  const auto missing = read_record_files({path("nowhere.json")});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, base::ErrorKind::io);
  const auto empty = read_record_files({folder_.path()});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().kind, base::ErrorKind::data);
}

}  // namespace
}  // namespace ci::history
