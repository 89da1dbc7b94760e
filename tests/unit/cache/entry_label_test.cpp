#include "cache/entry_label.hpp"

#include <gtest/gtest.h>

namespace ci::cache {
namespace {

TEST(EntryLabel, ComesBackAsItWas) {
  EntryLabel label;
  label.paths = {"build", "~/x \"y\""};
  label.parts.parts = {{"cache-version", "2"}, {"key-files", "12", key::FactKind::files, {{"a.lock", "12"}}}};
  label.created = base::TimePoint(std::chrono::seconds(1'700'000'000));
  label.cold_seconds = {12.5, 3};
  const auto read = decode_label(encode(label)).value();
  EXPECT_EQ(read.paths, label.paths);
  EXPECT_EQ(read.parts, label.parts);
  EXPECT_EQ(read.created, label.created);
  EXPECT_EQ(read.cold_seconds, label.cold_seconds);
  EXPECT_FALSE(read.base);
}

TEST(EntryLabel, ADeltaNamesItsBase) {
  EntryLabel label;
  label.base = EntryBase{"go-1", base::TimePoint(std::chrono::microseconds(1'700'000'000'000'001))};
  EXPECT_EQ(decode_label(encode(label))->base, label.base);
}

TEST(EntryLabel, RefusesWhatIsNoLabelOrAnotherVersion) {
  for (const char* text : {"", "{}", "[1]", "not json", R"({"kind":"delta"})"})
    EXPECT_FALSE(decode_label(text)) << text;
  const auto newer = decode_label(R"({"kind":"ci-optimizer paths","version":2,"paths":[]})");
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().message.find("version 2"), std::string::npos);
}

TEST(EntryLabel, PartsInAnotherFormAreNoneAndNoFault) {
  const auto read = decode_label(R"({"kind":"ci-optimizer paths","version":1,"paths":["a"],"parts":"a.lock 12"})");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->parts.parts.empty());
}

TEST(EntryLabel, KeepsOnlySoManySensibleTimes) {
  EntryLabel label;
  label.cold_seconds.assign(50, 1.0);
  label.cold_seconds[0] = -3;
  EXPECT_EQ(decode_label(encode(label))->cold_seconds.size(), kMostColdTimes);
}

TEST(EntryLabel, TheMedianIsTheMiddle) {
  EntryLabel label;
  EXPECT_EQ(median_cold_seconds(label), 0);
  label.cold_seconds = {9, 1, 4};
  EXPECT_EQ(median_cold_seconds(label), 4);
  label.cold_seconds = {9, 1, 4, 2};
  EXPECT_EQ(median_cold_seconds(label), 3);
}

}  // namespace
}  // namespace ci::cache
