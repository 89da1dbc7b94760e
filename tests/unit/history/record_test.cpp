#include "history/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/file_store.hpp"
#include "platform/filesystem.hpp"

namespace ci::history {
namespace {

namespace fs = std::filesystem;

TEST(JobStatus, GoesFromPendingThroughRunningToAnEnd) {
  auto status = JobStatus::pending;
  EXPECT_TRUE(advance(status, JobStatus::running));
  EXPECT_TRUE(advance(status, JobStatus::failure));
  EXPECT_EQ(ci_job_word(status), "failed");
}

TEST(JobStatus, RefusesEveryOtherWay) {
  for (auto [from, to] :
       {std::pair(JobStatus::pending, JobStatus::success), std::pair(JobStatus::success, JobStatus::running),
        std::pair(JobStatus::running, JobStatus::pending), std::pair(JobStatus::failure, JobStatus::success),
        std::pair(JobStatus::running, JobStatus::running)}) {
    const auto before = from;
    const auto refused = advance(from, to);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, base::ErrorKind::bug);
    EXPECT_EQ(from, before);
  }
}

TEST(PackageStatus, GoesFromPendingToInstalledOrFailedOnce) {
  auto status = PackageStatus::pending;
  EXPECT_TRUE(advance(status, PackageStatus::installed));
  EXPECT_FALSE(advance(status, PackageStatus::failed));
  EXPECT_EQ(status, PackageStatus::installed);
}

TEST(CheckConclusion, IsGitHubsWord) {
  EXPECT_EQ(check_conclusion(JobStatus::timed_out), "timed_out");
  EXPECT_EQ(check_conclusion(JobStatus::running), "");
}

TEST(Record, KeepsTheContractsNames) {
  Record record;
  record.id = "i";
  record.apt.emplace().packages.push_back({"p", "tool", "", "", true, PackageStatus::pending, 1, 2, 0.5});
  record.metrics.push_back({"m", "package_installation_time", 3.2, "seconds", 73.0, Verdict::met});
  const auto json = to_json(record);
  EXPECT_EQ(json["schema"], base::Json(1));
  EXPECT_TRUE(json["exit_code"].is_null());
  const auto& package = json["apt"]["packages"].items().at(0);
  EXPECT_TRUE(package["version"].is_null());
  EXPECT_EQ(package["status"].as_string(), "pending");
  EXPECT_EQ(package["ci_job_id"].as_string(), "i");
  EXPECT_EQ(json["metrics"].items().at(0)["verdict"].as_string(), "met");
}

class FileStoreTest : public testing::Test {
 protected:
  void keep(const std::string& id, int days_old) {
    Record record;
    record.id = id;
    record.started_at = now_ - std::chrono::hours(24 * days_old);
    ASSERT_TRUE(store_.write(record));
    ASSERT_TRUE(store_.write_report(id, "# report"));
  }
  [[nodiscard]] bool has(const std::string& id) const {
    return fs::exists(store_.record_path(id)) && fs::exists(store_.report_path(id));
  }

  base::Result<platform::TemporaryFolder> folder_ = platform::TemporaryFolder::make("/tmp", "ci-optimizer-test-");
  FileStore store_{folder_->path()};
  base::TimePoint now_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);
};

TEST_F(FileStoreTest, WritesWholeRecordsThatCanBeRead) {
  keep("a", 0);
  const auto json = base::parse_json(*platform::read_file(store_.record_path("a")));
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["id"].as_string(), "a");
}

TEST_F(FileStoreTest, RemovesOnlyWhatIsBothOldAndBeyondTheNewestRuns) {
  keep("young", 1);
  keep("old-but-among-the-newest", 40);
  keep("older", 41);
  keep("oldest", 50);
  EXPECT_EQ(*store_.prune(now_, {30, 2}), 2);
  EXPECT_TRUE(has("young"));
  EXPECT_TRUE(has("old-but-among-the-newest"));
  EXPECT_FALSE(has("older"));
  EXPECT_FALSE(has("oldest"));
}

TEST_F(FileStoreTest, KeepsEveryYoungRecordHoweverMany) {
  for (int i = 0; i < 10; ++i) keep("r" + std::to_string(i), i);
  EXPECT_EQ(*store_.prune(now_, {30, 2}), 0);
}

TEST_F(FileStoreTest, LeavesFilesThatAreNotItsOwn) {
  keep("r", 1);
  ASSERT_TRUE(platform::write_file(folder_->path() / "records/notes.json", "not json"));
  EXPECT_TRUE(store_.prune(now_, {30, 1}));
  EXPECT_TRUE(fs::exists(folder_->path() / "records/notes.json"));
}

}  // namespace
}  // namespace ci::history
