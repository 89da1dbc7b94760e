#include "report/cache_ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ci::report {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

history::CacheOutcome cache(const char* name, std::optional<double> saved, double save_seconds) {
  history::CacheOutcome made;
  made.name = name;
  made.outcome = "exact";
  made.seconds_saved = saved;
  made.save_seconds = save_seconds;
  return made;
}

TEST(CacheLedger, ShowsLossesAndTheSum) {
  auto miss = cache("assets", std::nullopt, 2.0);
  miss.outcome = "miss";
  miss.reason = "go.sum changed";
  const auto ledger = cache_ledger({cache("apt", 10.0, 0), miss}, nullptr);
  ASSERT_EQ(ledger.rows.size(), 2U);
  EXPECT_EQ(ledger.rows[1], "| assets | miss: go.sum changed |  |  |  | 2.0 s | −2.0 s |\n");
  EXPECT_EQ(ledger.tail, "| **all** | | | | | | **8.0 s** |\n");
}

TEST(CacheLedger, OfOneCacheNeedsNoSum) {
  EXPECT_EQ(cache_ledger({cache("apt", 10.0, 0)}, nullptr).tail, "");
}

}  // namespace
}  // namespace ci::report
