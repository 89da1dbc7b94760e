#include "report/check_identity.hpp"

#include <gtest/gtest.h>

#include "report/sample_record.hpp"

namespace ci::report {
namespace {

TEST(DefaultCheckName, TellsMatrixJobsApart) {
  auto record = test::succeeded();
  record.matrix = {{"os", "debian"}, {"go", "1.22"}};
  EXPECT_EQ(default_check_name(record), "ci-optimizer / ci / test (1.22, debian)");
}

TEST(ExternalId, NamesRunAttemptJobAndMatrix) {
  auto record = test::succeeded();
  record.run_attempt = 3;
  record.matrix = {{"os", "debian"}, {"go", "1.22"}};
  EXPECT_EQ(external_id(record), "42-3-test-go=1.22-os=debian");
}

TEST(ExternalId, TwoStepsOfAJobHaveTwoChecks) {
  auto first = test::succeeded();
  first.step = "__o_ci-optimizer";
  auto second = first;
  second.step = "__o_ci-optimizer_2";
  EXPECT_EQ(external_id(first), "42-1-test#__o_ci-optimizer");
  EXPECT_NE(external_id(first), external_id(second));
  EXPECT_FALSE(is_of_same_step(external_id(first), second));
  EXPECT_EQ(default_check_name(first), "ci-optimizer / ci / test");
  EXPECT_EQ(default_check_name(second), "ci-optimizer / ci / test / o_ci-optimizer_2");
  second.job = first.job = std::string(400, 'j');
  EXPECT_NE(external_id(first), external_id(second)) << "that were cut to their limit";
}

TEST(IsOfSameStep, KnowsThisAttemptAndThoseBefore) {
  auto record = test::succeeded();
  record.run_attempt = 2;
  for (const char* own : {"42-1-test", "42-2-test"}) EXPECT_TRUE(is_of_same_step(own, record)) << own;
  for (const char* other : {"42-3-test", "42-0-test", "42-1-tests", "42-1-test-os=x", "43-1-test", "421-1-test",
                            "42-test", "42--1-test", "42-01-test", "42-", ""}) {
    EXPECT_FALSE(is_of_same_step(other, record)) << other;
  }
  record.run_id.clear();
  EXPECT_FALSE(is_of_same_step("-1-test", record));
}

TEST(IsOfSameStep, AnIdThatWasCutToItsLimitIsKnownToo) {
  auto record = test::succeeded();
  record.job.assign(400, 'j');
  EXPECT_LE(external_id(record).size(), 255U);
  EXPECT_TRUE(is_of_same_step(external_id(record), record));
}

}  // namespace
}  // namespace ci::report
