#include "optimize/earlier_jobs.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cache/tree.hpp"
#include "fakes/fake_clock.hpp"
#include "history_store/file_history_store.hpp"

namespace ci::optimize {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EarlierJobsTest : public test::TreeTest {
 protected:
  void record(const std::string& id, const std::string& job, const std::string& day, const std::string& cache) {
    write("records/" + id + ".json",
          fmt::format(R"({{"id":"{}","status":"success","repository":"o/r","workflow":"ci","job":"{}",)"
                      R"("started_at":"2026-11-{}T00:00:00Z","caches":[{}]}})",
                      id, job, day, cache));
  }
  std::vector<EarlierOutcome> earlier_outcomes() { return EarlierJobs(&store_, {"o/r", "ci", "test", ""}).outcomes(); }

  test::FakeClock clock_;
  history_store::FileHistoryStore store_{root(), clock_};
};

TEST_F(EarlierJobsTest, ColdTimesAreThoseOfTheSameJobAndCacheTheNewestFirst) {
  record("own", "test", "21", R"({"name":"web","cold_seconds":4})");
  record("a", "test", "01", R"({"name":"web","cold_seconds":1.5},{"name":"other","cold_seconds":9})");
  record("b", "test", "02", R"({"name":"web","cold_seconds":2})");
  record("c", "lint", "03", R"({"name":"web","cold_seconds":3})");
  record("d", "test", "04", R"({"name":"web","outcome":"exact"})");
  write("records/broken.json", "{");
  write("records/note.txt", "x");
  EXPECT_THAT(cold_times(earlier_outcomes(), "web"), ElementsAre(4, 2, 1.5));
}

TEST_F(EarlierJobsTest, TellWhichEntryWasThereLast) {
  record("own", "test", "21", R"({"name":"web","outcome":"miss","key":"web-x-9"})");
  const auto seen = [&] { return last_seen(earlier_outcomes(), "web", "web-x-"); };
  EXPECT_EQ(seen(), "");
  record("a", "test", "01", R"({"name":"web","outcome":"miss","key":"web-x-1","save_seconds":0.5})");
  EXPECT_EQ(seen(), "web-x-1 was there on 2026-11-01 and is not any more");
  record("b", "test", "03", R"({"name":"web","outcome":"prefix","key":"web-x-3","matched_key":"web-x-2"})");
  EXPECT_EQ(seen(), "web-x-2 was there on 2026-11-03 and is not any more");
  record("c", "test", "04", R"({"name":"web","outcome":"miss","key":"web-x-4"})");
  record("d", "test", "05", R"({"name":"web","outcome":"exact","key":"other-5","matched_key":"other-5"})");
  EXPECT_EQ(seen(), "web-x-2 was there on 2026-11-03 and is not any more") << "neither says that one was there";
}

TEST_F(EarlierJobsTest, TellNothingWithoutRecords) {
  EXPECT_THAT(earlier_outcomes(), IsEmpty());
  EXPECT_THAT(EarlierJobs().outcomes(), IsEmpty());
}

TEST(WithOlder, CountsNoTimeTwiceAndKeepsNine) {
  EXPECT_THAT(with_older({3, 2}, {2, 1}), ElementsAre(3, 2, 1));
  EXPECT_EQ(with_older({1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}).size(), 9U);
}

}  // namespace
}  // namespace ci::optimize
