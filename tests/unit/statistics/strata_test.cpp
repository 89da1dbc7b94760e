#include "statistics/strata.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <vector>

namespace {

using namespace ci::statistics;

Stratum example() {
  return {"o/r",      "ci",    "test",          {{"go", "1.22"}, {"race", "on"}}, "tools", "linux", "x64",
          "ubuntu24", "delta", CacheResult::hit};
}

TEST(Strata, EachFieldMakesAnother) {
  const std::vector<std::function<void(Stratum&)>> changes{[](Stratum& s) { s.repository = "o/s"; },
                                                           [](Stratum& s) { s.workflow = "cd"; },
                                                           [](Stratum& s) { s.job = "lint"; },
                                                           [](Stratum& s) { s.matrix["go"] = "1.23"; },
                                                           [](Stratum& s) { s.matrix.clear(); },
                                                           [](Stratum& s) { s.step = "other"; },
                                                           [](Stratum& s) { s.os = "macos"; },
                                                           [](Stratum& s) { s.architecture = "arm64"; },
                                                           [](Stratum& s) { s.image = "ubuntu22"; },
                                                           [](Stratum& s) { s.tier = "debs"; },
                                                           [](Stratum& s) { s.cache = CacheResult::prefix; },
                                                           [](Stratum& s) { s.cache = CacheResult::miss; }};
  std::set<std::string> keys{example().key()};
  for (const auto& change : changes) {
    auto stratum = example();
    change(stratum);
    EXPECT_TRUE(keys.insert(stratum.key()).second) << stratum.label();
  }
  EXPECT_EQ(example().key(), example().key());
}

TEST(Strata, NoFieldRunsIntoTheNext) {
  auto one = example();
  auto other = example();
  one.workflow = "ci2:x";
  one.job = "";
  other.workflow = "ci";
  other.job = "2:x";
  EXPECT_NE(one.key(), other.key());
  one = other = example();
  one.matrix = {{"a", "b"}, {"c", "d"}};
  other.matrix = {{"a", "b1:c1:d"}};
  EXPECT_NE(one.key(), other.key());
}

TEST(Strata, LabelTellsThemApartForPeople) {
  EXPECT_EQ(example().label(),
            "ci / test (go=1.22, race=on), step tools, linux x64 ubuntu24, packages delta, cache hit");
  Stratum bare;
  bare.job = "test";
  EXPECT_EQ(bare.label(), "test");
}

TEST(Strata, OneCacheThatMissedMakesTheRunAMiss) {
  EXPECT_EQ(worst(std::vector{CacheResult::hit, CacheResult::miss, CacheResult::prefix}), CacheResult::miss);
  EXPECT_EQ(worst(std::vector{CacheResult::none, CacheResult::hit}), CacheResult::hit);
  EXPECT_EQ(worst({}), CacheResult::none);
}

TEST(Strata, OnlyFirstSuccessesOfTheDefaultBranchAreABaseline) {
  EXPECT_TRUE(is_baseline({true, 1, true}));
  EXPECT_FALSE(is_baseline({false, 1, true}));
  EXPECT_FALSE(is_baseline({true, 2, true}));
  EXPECT_FALSE(is_baseline({true, 1, false}));
}

}  // namespace
