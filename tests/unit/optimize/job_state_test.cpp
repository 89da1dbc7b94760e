#include "optimize/job_state.hpp"

#include "cache/tree.hpp"
#include "fakes/recording_log.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

class JobStateTest : public test::TreeTest {
 protected:
  CacheState through_a_file(const CacheState& cache) {
    const std::filesystem::path file = root() + "/state";
    JobState state;
    state.caches = {cache};
    EXPECT_TRUE(write_state(file, state));
    return read_state(file).value().caches.at(0);
  }
};

TEST_F(JobStateTest, KeepsWhatADeltaMayBeMadeOver) {
  CacheState cache;
  cache.kind = CacheKind::go_build;
  cache.outcome.base_key = "b-1";
  cache.outcome.base_bytes = 7;
  cache.full = {{"b-1", base::TimePoint(std::chrono::microseconds(1'700'000'000'000'001))}, 7, 20, {"00ff", "0a0b"}};
  const auto read = through_a_file(cache);
  EXPECT_EQ(read.kind, CacheKind::go_build);
  EXPECT_EQ(read.outcome.base_key, "b-1");
  EXPECT_EQ(read.outcome.base_bytes, 7);
  ASSERT_TRUE(read.full);
  EXPECT_EQ(read.full->name, cache.full->name);
  EXPECT_EQ(read.full->archive_bytes, 7);
  EXPECT_EQ(read.full->content_bytes, 20U);
  EXPECT_EQ(read.full->contents, cache.full->contents);
}

TEST_F(JobStateTest, WithoutAWholeEntryThereIsNone) {
  EXPECT_FALSE(through_a_file({}).full);
}

TEST_F(JobStateTest, KeepsTheCheckRunThatIsToBeCompleted) {
  const std::filesystem::path file = root() + "/state";
  JobState state;
  state.check = report::OpenCheck{7, "n"};
  ASSERT_TRUE(write_state(file, state));
  const auto read = read_state(file).value();
  ASSERT_TRUE(read.check);
  EXPECT_EQ(read.check->id, 7);
  EXPECT_EQ(read.check->name, "n");
}

TEST_F(JobStateTest, HoldsNoPassword) {
  const std::filesystem::path file = root() + "/state";
  JobState state;
  state.history = "postgresql://ci:s3cret@db/x?sslmode=require";
  ASSERT_TRUE(write_state(file, state));
  EXPECT_EQ(platform::read_file(file).value().find("s3cret"), std::string::npos);
  EXPECT_EQ(read_state(file).value().history, "postgresql://ci@db/x?sslmode=require");
  state.history = "git:ci-metrics";
  ASSERT_TRUE(write_state(file, state));
  EXPECT_EQ(read_state(file).value().history, state.history);
}

TEST_F(JobStateTest, KeepsWhereTheRecordIsAndWhereItWaits) {
  const std::filesystem::path file = root() + "/state";
  Request request;
  request.history = {"s3://bucket/ci", root(), root() + "/spool"};
  history::Record record;
  record.record_path = root() + "/record.json";
  ASSERT_TRUE(write_state(file, unfinished_state(request, record)));
  const auto read = read_state(file).value();
  EXPECT_EQ(read.record_path, record.record_path);
  EXPECT_EQ(read.history, "s3://bucket/ci");
  EXPECT_EQ(read.spool, root() + "/spool");
}

TEST_F(JobStateTest, ARecordWithoutAFileIsInNoStoreThatItsEndWouldHaveToPutItInto) {
  Request request;
  request.history = {"s3://bucket/ci", root(), root() + "/spool"};
  request.summary = false;
  JobState state;
  state.history = "file:/elsewhere";
  state.record_path = "/elsewhere/record.json";
  state.check = report::OpenCheck{7, "n"};
  tell_of_record(state, request, {});
  EXPECT_EQ(state.record_path, "");
  EXPECT_EQ(state.history, "");
  EXPECT_FALSE(state.summary);
  EXPECT_TRUE(state.check) << "the rest stays";
}

TEST_F(JobStateTest, AnEndThatIsDealtWithLeavesNothing) {
  const std::filesystem::path file = root() + "/state";
  test::RecordingLog log;
  Request request;
  leave_state(file, unfinished_state(request, {}), log);
  EXPECT_EQ(read_state(file).value().end, JobEnd::unknown);
  EXPECT_FALSE(read_state(file).value().check);
  leave_state(file, {}, log);
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace ci::optimize
