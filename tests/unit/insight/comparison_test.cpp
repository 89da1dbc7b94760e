#include "insight/comparison.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "insight/kept_runs.hpp"

namespace {

using namespace ci;
using namespace ci::insight;
using statistics::CacheResult;
using testing::ElementsAre;

TEST(Comparison, TheWorstCacheDecidesAndThoseOfPackagesDoNot) {
  EXPECT_EQ(worst_cache("go-build=exact go-modules=prefix"), CacheResult::prefix);
  EXPECT_EQ(worst_cache("apt=miss apt-debs=miss assets=exact"), CacheResult::hit);
  EXPECT_EQ(worst_cache("assets=skipped"), CacheResult::none);
  EXPECT_EQ(worst_cache(""), CacheResult::none);
  EXPECT_EQ(worst_cache("my own cache=miss"), CacheResult::miss);
  EXPECT_EQ(worst_cache("a=b=miss =exact no-outcome"), CacheResult::miss);
}

TEST(Comparison, PackageMetricsAreComparedWhateverOtherCachesDid) {
  auto one = test::row(test::run_of(1));
  auto other = one;
  other.caches = "go-build=miss";
  EXPECT_EQ(stratum_of(one, "package_installation_time").key(), stratum_of(other, "package_installation_time").key());
  EXPECT_NE(stratum_of(one, kJobSeconds).key(), stratum_of(other, kJobSeconds).key());
  other = one;
  other.tier = "network";
  EXPECT_NE(stratum_of(one, "package_installation_time").key(), stratum_of(other, "package_installation_time").key());
}

TEST(Comparison, AMeasurementIsAPlausibleNumber) {
  auto run = test::row(test::run_of(1));
  EXPECT_DOUBLE_EQ(measure_of(run, kJobSeconds)->value, 30);
  EXPECT_DOUBLE_EQ(measure_of(run, "package_installation_time")->value, 10);
  EXPECT_FALSE(measure_of(run, "other"));
  for (const double value : {-1.0, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    run.seconds = value;
    EXPECT_FALSE(measure_of(run, kJobSeconds)) << value;
  }
}

std::vector<std::string> compared(const std::vector<history_store::Row>& earlier, const history_store::Row& current,
                                  std::string_view default_branch = "main") {
  std::vector<std::string> ids;
  for (const auto* run : comparable_runs(earlier, current, kJobSeconds, default_branch)) ids.push_back(run->run_id);
  return ids;
}

TEST(Comparison, OnlyFirstSuccessesOfTheStratumAreComparedInTheOrderOfTime) {
  auto second = test::run_of(3);
  second.run_attempt = 2;
  auto matrix = test::run_of(4);
  matrix.matrix = {{"go", "1.22"}};
  auto step = test::run_of(0);
  step.step = "other";
  auto runner = test::run_of(5);
  runner.runner.architecture = "arm64";
  auto missed = test::run_of(6);
  missed.caches.emplace_back().name = "go-build";
  missed.caches.back().outcome = "miss";
  const auto earlier =
      test::rows({test::run_of(7), missed, runner, matrix, second, test::failed_run(2), test::run_of(1), step});
  EXPECT_THAT(compared(earlier, test::row(test::run_of(8))), ElementsAre("1", "7"));
}

TEST(Comparison, ARunOfABranchFollowsTheDefaultBranchAndThenItsOwn) {
  const auto on = [](int number, const char* branch) {
    auto record = test::run_of(number);
    record.branch = branch;
    return record;
  };
  const auto earlier = test::rows({on(6, "main"), on(5, "mine"), on(4, "other"), on(3, "mine"), on(2, "main")});
  EXPECT_THAT(compared(earlier, test::row(on(7, "mine"))), ElementsAre("2", "6", "3", "5"));
  EXPECT_THAT(compared(earlier, test::row(on(7, "main"))), ElementsAre("2", "6"));
  EXPECT_THAT(compared(earlier, test::row(on(7, "mine")), ""), ElementsAre("2", "3", "4", "5", "6")) << "unknown";
}

TEST(Comparison, ARunIsNamedByWhatIsKnownOfIt) {
  auto place = place_of(test::row(test::run_of(17)));
  EXPECT_EQ(in_words(place), "run 17 (commit 0000017, 2026-11-01)");
  place.commit_sha.clear();
  place.run_id.clear();
  EXPECT_EQ(in_words(place), "record id-17 (2026-11-01)");
}

}  // namespace
