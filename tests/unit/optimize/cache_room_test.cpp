#include "optimize/cache_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_platform.hpp"
#include "key/delta_key.hpp"

namespace ci::optimize {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A store that others share, with the keys of its entries, the newest first.
class SharedStore final : public store::Store {
 public:
  base::Result<std::optional<store::Entry>> find(const std::string&, const std::vector<std::string>&) override {
    return std::nullopt;
  }
  base::Result<std::vector<store::Entry>> list(const std::string& prefix) override {
    std::vector<store::Entry> entries;
    for (const auto& key : keys) {
      if (key.starts_with(prefix)) entries.push_back({.key = key, .bytes = 1, .created = {}});
    }
    return entries;
  }
  base::Result<std::unique_ptr<store::Download>> open(const store::Entry&) override {
    return base::fail(base::ErrorKind::unavailable, "not here");
  }
  tl::expected<std::unique_ptr<store::Upload>, store::NotSaved> create(const std::string&) override {
    return tl::unexpected(store::NotSaved{});
  }
  base::Result<void> remove(const store::Entry& entry) override {
    removed.push_back(entry.key);
    return {};
  }
  base::Result<std::optional<store::Usage>> usage() override { return store::Usage{used, 100}; }

  std::vector<std::string> keys;
  std::uint64_t used = 95;
  std::vector<std::string> removed;
};

class CacheRoomTest : public testing::Test {
 protected:
  CacheRoomTest() { store_.keys = {key::delta_key("a-3", "a-1"), "a-1", "a-0", "b-2", "b-1"}; }
  std::vector<std::string> removed(const std::string& coming) {
    const auto seams = fakes_.seams();
    make_room(store_, "a-", coming, seams);
    return store_.removed;
  }

  test::FakePlatform fakes_;
  SharedStore store_;
};

TEST_F(CacheRoomTest, WhatIsSupersededGoesAndTheBaseOfADeltaStays) {
  EXPECT_THAT(removed("a-9"), ElementsAre("a-0"));
}

TEST_F(CacheRoomTest, TheBaseOfTheDeltaThatIsComingStays) {
  EXPECT_THAT(removed(key::delta_key("a-9", "a-0")), IsEmpty());
}

TEST_F(CacheRoomTest, WhereThereIsRoomNothingGoes) {
  store_.used = 10;
  EXPECT_THAT(removed("a-9"), IsEmpty());
}

}  // namespace
}  // namespace ci::optimize
