#include "report/foreign_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/filesystem.hpp"
#include "report/sample_record.hpp"

namespace ci::report {
namespace {

using testing::HasSubstr;

class ForeignRecordsTest : public testing::Test {
 protected:
  std::filesystem::path put(const std::string& name, const std::string& text) {
    const auto file = folder_.path() / name;
    EXPECT_TRUE(platform::write_file(file, text));
    return file;
  }
  static std::string text_of(const history::Record& record) { return history::to_json(record).pretty(); }
  static std::string refusal(const std::filesystem::path& path) {
    const auto read = read_foreign_records({path});
    return read ? "" : read.error().message;
  }

  platform::TemporaryFolder folder_ = std::move(platform::TemporaryFolder::make("/tmp", "foreign-").value());
};

TEST_F(ForeignRecordsTest, ReadsFilesAndFolders) {
  auto record = test::succeeded();
  record.job = "b";
  put("in/b.json", text_of(record));
  record.job = "a";
  put("in/a.json", text_of(record));
  put("in/notes.txt", "no record");
  record.job = "c";
  const auto single = put("c", text_of(record));
  const auto read = read_foreign_records({folder_.path() / "in", single}).value();
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(read[0].job + read[1].job + read[2].job, "abc");
}

TEST_F(ForeignRecordsTest, RefusesWhatIsNoRecordOfAJobThatIsOver) {
  auto running = test::succeeded();
  running.status = history::JobStatus::running;
  EXPECT_THAT(refusal(put("a", text_of(running))), HasSubstr("not over"));
  EXPECT_THAT(refusal(put("b", "{}")), HasSubstr("no record"));
  EXPECT_NE(refusal(put("c", std::string(100'000, '['))), "");
  EXPECT_NE(refusal(put("d", std::string(kLongestForeignRecord + 1, ' '))), "");
  EXPECT_NE(refusal(folder_.path() / "absent"), "");
  EXPECT_THAT(refusal(put("e\n::error::x", "{}")), testing::Not(HasSubstr("\n")));
  std::filesystem::create_directory(folder_.path() / "empty");
  EXPECT_EQ(refusal(folder_.path() / "empty"), "there is no record");
}

TEST_F(ForeignRecordsTest, FollowsNoLinks) {
  const auto target = put("record", text_of(test::succeeded()));
  std::filesystem::create_symlink(target, folder_.path() / "link.json");
  EXPECT_THAT(refusal(folder_.path() / "link.json"), HasSubstr("not a file"));
  EXPECT_THAT(refusal(folder_.path()), HasSubstr("not a file"));
}

TEST_F(ForeignRecordsTest, ReadsSoManyAndNoMore) {
  for (std::size_t i = 0; i <= kMostForeignRecords; ++i)
    put("many/" + std::to_string(i) + ".json", text_of(test::succeeded()));
  EXPECT_THAT(refusal(folder_.path() / "many"), HasSubstr("more than 64 records"));
}

TEST(Attribute, TakesOnlyTheJobAndWhatHappenedInItFromTheRecord) {
  auto record = test::failed();
  record.repository = "evil/r";
  record.workflow = "deploy";
  record.run_id = "1";
  record.run_attempt = 9;
  record.branch = "main";
  record.commit_sha = std::string(40, 'e');
  record.check_run_url = "https://evil.example";
  record.job = "test\n::error::x";
  record.matrix = {{"os\n", "a\x1b[31m"}};
  attribute(record, {"o/r", std::string(40, 'b'), "42", 2, "ci", ".github/workflows/ci.yml", "topic"});
  EXPECT_EQ(record.repository, "o/r");
  EXPECT_EQ(record.workflow, "ci");
  EXPECT_EQ(record.run_id, "42");
  EXPECT_EQ(record.run_attempt, 2);
  EXPECT_EQ(record.branch, "topic");
  EXPECT_EQ(record.commit_sha, std::string(40, 'b'));
  EXPECT_EQ(record.check_run_url + record.record_path + record.report_path, "");
  EXPECT_EQ(record.job.find('\n'), std::string::npos);
  EXPECT_EQ(record.matrix.begin()->second.find('\x1b'), std::string::npos);
  EXPECT_EQ(record.status, history::JobStatus::failure);
}

}  // namespace
}  // namespace ci::report
