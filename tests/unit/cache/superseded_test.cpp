#include "cache/superseded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "key/delta_key.hpp"

namespace ci::cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

const base::TimePoint kNow{std::chrono::hours(24 * 365 * 50)};

TEST(SeriesOf, EndsBeforeAHashANumberOrATime) {
  EXPECT_EQ(series_of("go-linux-5f1c0de"), "go-linux-");
  EXPECT_EQ(series_of("go-linux-17"), "go-linux-");
  EXPECT_EQ(series_of("apt-debs-20261121T083000.123456"), "apt-debs-");
  EXPECT_EQ(series_of("go-5f1c0de~r123.1"), "go-");
}

TEST(SeriesOf, IsNothingWhenTheLastPartSaysSomethingElse) {
  for (const char* key : {"web-debug", "web-release", "web", "web-", "feedface-decade", "a-deadbeef", "web-1a2b"}) {
    EXPECT_EQ(series_of(key), std::nullopt) << key;
  }
}

// The keys of those that the rule lets go, of entries that are one minute older each.
std::vector<std::string> let_go(const std::vector<std::pair<std::string, std::string>>& keys_and_scopes,
                                const PruneRule& rule = {}) {
  std::vector<store::Entry> entries;
  for (const auto& [key, scope] : keys_and_scopes) {
    entries.push_back({key, 1, kNow - std::chrono::minutes(entries.size()), scope});
  }
  std::vector<std::string> keys;
  for (const auto& entry : superseded(entries, rule, kNow)) keys.push_back(entry.key);
  return keys;
}

TEST(Superseded, TheNewestOfEachSeriesStays) {
  EXPECT_THAT(let_go({{"a-3", ""}, {"b-9", ""}, {"a-2", ""}, {"a-1", ""}, {"b-8", ""}}),
              ElementsAre("a-2", "a-1", "b-8"));
  EXPECT_THAT(let_go({{"a-3", ""}, {"a-2", ""}, {"a-1", ""}}, {2, {}}), ElementsAre("a-1"));
  EXPECT_THAT(let_go({{"a-x", ""}, {"a-y", ""}, {"a", ""}}, {0, {}}), IsEmpty());
}

TEST(Superseded, NoBranchTakesThePlaceOfAnother) {
  EXPECT_THAT(let_go({{"a-3", "refs/pull/1/merge"}, {"a-2", "refs/heads/main"}, {"a-1", "refs/heads/main"}}),
              ElementsAre("a-1"));
}

TEST(Superseded, ADeltaIsOneOfItsKeysSeriesAndKeepsItsBase) {
  const auto third = key::delta_key("a-3", "a-1");
  const auto second = key::delta_key("a-2", "a-1");
  EXPECT_EQ(series_of(third), "a-");
  EXPECT_EQ(series_of(third + "~r7.1"), "a-");
  EXPECT_THAT(let_go({{third, ""}, {second, ""}, {"a-1", ""}, {"a-0", ""}}), ElementsAre(second, "a-0"));
  EXPECT_THAT(let_go({{third, ""}, {"a-1~r7.1", ""}, {"a-0", ""}}), ElementsAre("a-0"));
  EXPECT_THAT(let_go({{"a-4", ""}, {third, ""}, {"a-1", ""}}), ElementsAre(third, "a-1"))
      << "a delta that goes needs none";
  EXPECT_THAT(let_go({{third, "refs/heads/x"},
                      {"b-1", "refs/heads/main"},
                      {"a-2", "refs/heads/main"},
                      {"a-1", "refs/heads/main"}}),
              IsEmpty());
}

TEST(Superseded, AnEntryIsKeptForADeltaElsewhere) {
  const std::vector<store::Entry> some = {{"a-2", 1, kNow, ""}, {"a-1", 1, kNow, ""}};
  const std::vector<store::Entry> all = {{key::delta_key("b-7", "a-1"), 1, kNow, ""}, some[0], some[1]};
  EXPECT_EQ(superseded(some, {}, kNow).size(), 1U);
  EXPECT_THAT(superseded(some, {}, kNow, all), IsEmpty());
}

TEST(Superseded, WhatIsYoungerThanAskedForStays) {
  EXPECT_THAT(let_go({{"a-3", ""}, {"a-2", ""}, {"a-1", ""}}, {1, 2min}), ElementsAre("a-1"));
}

}  // namespace
}  // namespace ci::cache
