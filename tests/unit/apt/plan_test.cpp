#include "apt/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::apt {
namespace {

using testing::ElementsAre;

TEST(Plan, ReadsArchivesWithVersionsAndSizes) {
  const auto plan = parse_plan(
      "Reading package lists...\n"
      "'http://deb.debian.org/debian/pool/main/f/ffmpeg/ffmpeg_5.1.9-0%2bdeb12u1_amd64.deb' "
      "ffmpeg_7%3a5.1.9-0+deb12u1_amd64.deb 1821764 "
      "MD5Sum:00\n"
      "'http://m/pool/t/tzdata_2024a-0_all.deb' tzdata_2024a-0_all.deb 300 SHA256:00\n");
  ASSERT_EQ(plan.packages.size(), 2U);
  EXPECT_EQ(plan.packages[0].name, "ffmpeg");
  EXPECT_EQ(plan.packages[0].version, "7:5.1.9-0+deb12u1");
  EXPECT_EQ(plan.packages[0].architecture, "amd64");
  EXPECT_EQ(plan.packages[0].bytes, 1821764);
  EXPECT_EQ(plan.bytes(), 1822064);
}

TEST(Plan, ReadsWhatWouldBeRemoved) {
  const auto plan = parse_plan(
      "The following packages will be REMOVED:\n"
      "  exim4-base exim4-config\n"
      "  bsd-mailx\n"
      "The following NEW packages will be installed:\n"
      "  postfix\n");
  EXPECT_THAT(plan.removed, ElementsAre("exim4-base", "exim4-config", "bsd-mailx"));
}

TEST(Plan, ReadsAptsSizes) {
  EXPECT_DOUBLE_EQ(parse_apt_size("6924 B"), 6924);
  EXPECT_DOUBLE_EQ(parse_apt_size("9,415 kB"), 9'415'000);
  EXPECT_DOUBLE_EQ(parse_apt_size("13.6 MB"), 13'600'000);
  EXPECT_DOUBLE_EQ(parse_apt_size("nonsense"), 0);
}

TEST(Plan, ReadsWhatIsStillToBeDownloaded) {
  EXPECT_DOUBLE_EQ(parse_need_to_get("Need to get 13.6 MB of archives."), 13'600'000);
  EXPECT_DOUBLE_EQ(parse_need_to_get("Need to get 5,000 kB/13.6 MB of archives."), 5'000'000);
  EXPECT_DOUBLE_EQ(parse_need_to_get("Need to get 0 B/13.6 MB of archives."), 0);
  EXPECT_LT(parse_need_to_get("After this operation, 1 MB will be used."), 0);
}

}  // namespace
}  // namespace ci::apt
