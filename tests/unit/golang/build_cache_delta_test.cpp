#include "golang/build_cache_delta.hpp"

#include <gmock/gmock.h>

#include "base/digest.hpp"
#include "cache/tree.hpp"

namespace ci::golang {
namespace {

using testing::UnorderedElementsAre;

std::string hash(char digit) {
  return std::string(64, digit);
}

std::string name(char digit, char kind) {
  return std::string(2, digit) + "/" + hash(digit) + "-" + kind;
}

std::string content(const std::string& hexadecimal) {
  return hexadecimal.substr(0, cache::kContentDigits);
}

class BuildCacheDeltaTest : public test::TreeTest {
 protected:
  BuildCacheDeltaTest() {
    write(name('1', 'a'), "first action");
    write(name('2', 'd'), "first outcome");
    use_.paths = {"11", name('1', 'a'), "22", name('2', 'd')};
    base_.contents = {content(base::hex(base::sha256("first action"))), content(hash('2'))};
  }
  std::vector<std::string> paths() { return delta_over(root(), use_, base_).value().paths; }

  BuildCacheUse use_;
  cache::FullEntry base_;
};

TEST_F(BuildCacheDeltaTest, WhatTheBaseHasIsLeftOut) {
  EXPECT_TRUE(paths().empty());
  EXPECT_EQ(delta_over(root(), use_, base_).value().bytes, 0U);
}

TEST_F(BuildCacheDeltaTest, NewActionsAndOutcomesAreIn) {
  write(name('3', 'a'), "other");
  write(name('4', 'd'), "contents");
  use_.paths.insert(use_.paths.end(), {"33", name('3', 'a'), "44", name('4', 'd')});
  const auto delta = delta_over(root(), use_, base_).value();
  EXPECT_THAT(delta.paths, UnorderedElementsAre(name('3', 'a'), name('4', 'd')));
  EXPECT_EQ(delta.bytes, 13U);
}

TEST_F(BuildCacheDeltaTest, AnActionThatNowSaysSomethingElseIsIn) {
  write(name('1', 'a'), "another one.");  // of the same size
  EXPECT_THAT(paths(), UnorderedElementsAre(name('1', 'a')));
}

TEST_F(BuildCacheDeltaTest, WhatHasNoNameByItsContentsIsIn) {
  const std::string tool = name('5', 'd') + "/tool";
  write(tool, "program");
  write("fuzz/m/FuzzX/a1", "corpus");
  use_.paths.insert(use_.paths.end(), {"55", name('5', 'd'), tool, "fuzz", "fuzz/m/FuzzX/a1"});
  base_.contents.push_back(content(hash('5')));
  EXPECT_THAT(paths(), UnorderedElementsAre(name('5', 'd'), tool, "fuzz", "fuzz/m/FuzzX/a1"));
}

TEST_F(BuildCacheDeltaTest, WhatIsGoneMeanwhileIsNoFault) {
  use_.paths.push_back(name('6', 'd'));
  EXPECT_TRUE(paths().empty());
}

TEST(BuildCacheDelta, IsWorthItUpToHalfOfTheUseAndFiveQuartersOfItToRestore) {
  constexpr std::uint64_t kMany = 100 * kLeastForDelta;
  const auto worth = [](std::uint64_t delta, std::uint64_t base, std::uint64_t use) {
    BuildCacheUse used;
    used.bytes = use;
    cache::FullEntry full;
    full.content_bytes = base;
    return is_worth_it({{"x"}, delta}, used, full);
  };
  EXPECT_TRUE(worth(1, kMany, kMany));
  EXPECT_TRUE(worth(kMany / 2, kMany / 4 * 3, kMany));
  EXPECT_FALSE(worth(kMany / 2 + 1, kMany / 2, kMany));
  EXPECT_FALSE(worth(kMany / 2, kMany / 4 * 3 + 1, kMany)) << "too much of the base is out of date";
  EXPECT_FALSE(worth(1, kMany / 4 * 5, kMany));
  EXPECT_TRUE(worth(1, kLeastForDelta, kLeastForDelta));
  EXPECT_FALSE(worth(1, kLeastForDelta, kLeastForDelta - 1));
}

TEST(BuildCacheDelta, WithoutAnythingInItIsNone) {
  BuildCacheUse use;
  use.bytes = kLeastForDelta;
  EXPECT_FALSE(is_worth_it({}, use, {}));
}

}  // namespace
}  // namespace ci::golang
