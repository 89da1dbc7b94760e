#include "optimize/job_state.hpp"

#include "cache/tree.hpp"

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

}  // namespace
}  // namespace ci::optimize
