#include "report/reproduce.hpp"

#include <gtest/gtest.h>

#include "report/sample_record.hpp"

namespace ci::report {
namespace {

TEST(Reproduce, AsksForThePackagesAndTestsOfTheRecord) {
  auto record = test::succeeded();
  record.commit_sha = std::string(40, 'a');
  EXPECT_EQ(reproduce(record), "git checkout " + record.commit_sha +
                                   "\nci-optimizer optimize --packages 'ffmpeg libgl1' --smoke 'ffmpeg -version'\n");
}

TEST(Reproduce, QuotesWhatAShellWouldObey) {
  history::Record record;
  record.commit_sha = "$(reboot)";
  record.smoke.emplace_back().command = "echo '$(id)'";
  EXPECT_EQ(reproduce(record), "ci-optimizer optimize --smoke 'echo '\\''$(id)'\\'''\n");
}

}  // namespace
}  // namespace ci::report
