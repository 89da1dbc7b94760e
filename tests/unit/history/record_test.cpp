#include "history/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::history {
namespace {

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

}  // namespace
}  // namespace ci::history
