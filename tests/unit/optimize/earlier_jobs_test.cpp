#include "optimize/cold_times.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "cache/tree.hpp"

namespace ci::optimize {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ColdTimesTest : public test::TreeTest {
 protected:
  std::string record(const std::string& id, const std::string& job, const std::string& day, const std::string& cache) {
    return write(
        "records/" + id + ".json",
        fmt::format(
            R"({{"repository":"o/r","workflow":"ci","job":"{}","started_at":"2026-11-{}T00:00:00Z","caches":[{}]}})",
            job, day, cache));
  }
};

TEST_F(ColdTimesTest, AreThoseOfTheSameJobAndCacheTheNewestFirst) {
  const auto own = record("own", "test", "21", R"({"name":"web","cold_seconds":4})");
  record("a", "test", "01", R"({"name":"web","cold_seconds":1.5},{"name":"other","cold_seconds":9})");
  record("b", "test", "02", R"({"name":"web","cold_seconds":2})");
  record("c", "lint", "03", R"({"name":"web","cold_seconds":3})");
  record("d", "test", "04", R"({"name":"web","outcome":"exact"})");
  write("records/broken.json", "{");
  write("records/note.txt", "x");
  EXPECT_THAT(cold_times(own, "web"), ElementsAre(4, 2, 1.5));
}

TEST_F(ColdTimesTest, AreNoneWithoutRecords) {
  EXPECT_THAT(cold_times("", "web"), IsEmpty());
  EXPECT_THAT(cold_times(root() + "/none/x.json", "web"), IsEmpty());
}

TEST(WithOlder, CountsNoTimeTwiceAndKeepsNine) {
  EXPECT_THAT(with_older({3, 2}, {2, 1}), ElementsAre(3, 2, 1));
  EXPECT_EQ(with_older({1, 2, 3, 4, 5}, {6, 7, 8, 9, 10, 11}).size(), 9U);
}

}  // namespace
}  // namespace ci::optimize
