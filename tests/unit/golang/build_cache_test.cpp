#include "golang/build_cache.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "cache/tree.hpp"
#include "platform/filesystem.hpp"

namespace ci::golang {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string hash(char digit) {
  return std::string(64, digit);
}

class BuildCacheTest : public test::TreeTest {
 protected:
  // An action with an outcome of so many bytes, both last used at `used`.
  void add(char action, char outcome, std::size_t bytes, std::int64_t used) {
    const auto a = name(action, 'a');
    const auto d = name(outcome, 'd');
    write(a, "v1 " + hash(action) + " " + hash(outcome) + "   " + std::to_string(bytes) + " 1700000000000000000\n");
    write(d, std::string(bytes, 'x'));
    touch(a, used);
    touch(d, used);
  }
  static std::string name(char digit, char kind) { return std::string(2, digit) + "/" + hash(digit) + "-" + kind; }
  void touch(const std::string& file, std::int64_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (root() + "/" + file).c_str(), times, 0), 0);
  }
  [[nodiscard]] BuildCacheUse used(std::uint64_t limit = 1'000'000) const {
    return used_since(root(), base::TimePoint(1'700'000'000s), limit).value();
  }

  static constexpr std::int64_t kOld = kSavedTime / 1'000'000'000;
  static constexpr std::int64_t kNew = 1'700'000'100;
};

TEST_F(BuildCacheTest, WhatWasUsedIsKeptAndTheRestIsNot) {
  add('1', '2', 100, kNew);
  add('3', '4', 200, kOld);
  write("README", "text");
  write("trim.txt", "1700000000");
  const auto use = used();
  EXPECT_THAT(use.paths, UnorderedElementsAre("11", name('1', 'a'), "22", name('2', 'd')));
  EXPECT_EQ(use.actions, 1U);
  EXPECT_GT(use.dropped_bytes, 200U);
  EXPECT_EQ(count_actions(root()).value(), 2U);
}

TEST_F(BuildCacheTest, AnActionThatWasUsedKeepsItsOutcomeWhateverItsAge) {
  add('1', '2', 100, kNew);
  touch(name('2', 'd'), kOld);
  EXPECT_THAT(used().paths, testing::Contains(name('2', 'd')));
}

TEST_F(BuildCacheTest, AnOutcomeOfTwoActionsIsKeptAndCountedOnce) {
  add('1', '2', 1000, kNew);
  add('3', '2', 1000, kNew);
  const auto use = used();
  EXPECT_EQ(std::count(use.paths.begin(), use.paths.end(), name('2', 'd')), 1);
  EXPECT_LT(use.bytes, 2000U);
  EXPECT_EQ(use.dropped_bytes, 0U);
}

TEST_F(BuildCacheTest, OverTheLimitTheLastUsedStays) {
  add('1', '2', 1000, kNew);
  add('3', '4', 1000, kNew + 10);
  const auto use = used(1500);
  EXPECT_THAT(use.paths, testing::Contains(name('4', 'd')));
  EXPECT_THAT(use.paths, testing::Not(testing::Contains(name('2', 'd'))));
  EXPECT_EQ(use.over_limit, 1U);
}

TEST_F(BuildCacheTest, AnOutcomeThatIsAFolderIsKeptWhole) {
  add('1', '2', 100, kNew);
  std::filesystem::remove(root() + "/" + name('2', 'd'));
  write(name('2', 'd') + "/tool", "program");
  EXPECT_THAT(used().paths, testing::IsSupersetOf({name('2', 'd'), name('2', 'd') + "/tool"}));
}

TEST_F(BuildCacheTest, TheFuzzingCorpusIsKept) {
  write("fuzz/example.test/m/FuzzX/a1", "corpus");
  EXPECT_THAT(used().paths, testing::Contains("fuzz/example.test/m/FuzzX/a1"));
}

TEST_F(BuildCacheTest, WhatIsNoCacheHasNothing) {
  EXPECT_THAT(used().paths, IsEmpty());
  EXPECT_THAT(used_since(root() + "/none", {}, 1).value().paths, IsEmpty());
  EXPECT_EQ(count_actions(root() + "/none").value(), 0U);
  write("11/" + hash('1') + "-a", "garbage");
  touch("11/" + hash('1') + "-a", kNew);
  EXPECT_EQ(used().actions, 1U) << "an action that cannot be read has no outcome";
}

TEST_F(BuildCacheTest, IsMarkedAsTrimmed) {
  ASSERT_TRUE(mark_trimmed(root(), base::TimePoint(1'700'000'000s)));
  EXPECT_EQ(platform::read_file(root() + "/trim.txt").value(), "1700000000\n");
}

}  // namespace
}  // namespace ci::golang
