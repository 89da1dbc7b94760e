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

TEST(IsOfSameJob, KnowsThisAttemptAndThoseBefore) {
  auto record = test::succeeded();
  record.run_attempt = 2;
  for (const char* own : {"42-1-test", "42-2-test"}) EXPECT_TRUE(is_of_same_job(own, record)) << own;
  for (const char* other : {"42-3-test", "42-0-test", "42-1-tests", "42-1-test-os=x", "43-1-test", "421-1-test",
                            "42-test", "42--1-test", "42-01-test", "42-", ""}) {
    EXPECT_FALSE(is_of_same_job(other, record)) << other;
  }
  record.run_id.clear();
  EXPECT_FALSE(is_of_same_job("-1-test", record));
}

TEST(IsOfSameJob, AnIdThatWasCutToItsLimitIsKnownToo) {
  auto record = test::succeeded();
  record.job.assign(400, 'j');
  EXPECT_LE(external_id(record).size(), 255U);
  EXPECT_TRUE(is_of_same_job(external_id(record), record));
}

}  // namespace
}  // namespace ci::report
