#include "cache/paths_key.hpp"

#include <gmock/gmock.h>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "key/difference.hpp"

namespace ci::cache {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

class PathsKeyTest : public test::TreeTest {
 protected:
  PathsKeyTest() {
    fakes_.environment.variables["GITHUB_WORKSPACE"] = root();
    spec_.name = "web";
    spec_.key_files = {"**/*.lock"};
  }
  key::Key key(const std::string& version = "") {
    const auto seams = fakes_.seams();
    return make_paths_key(spec_, paths_, version, seams).value();
  }
  static std::vector<std::string> differences(const key::Key& before, const key::Key& after) {
    std::vector<std::string> texts;
    for (const auto& one : key::differences(before.parts, after.parts)) texts.push_back(one.text());
    return texts;
  }
  test::FakePlatform fakes_;
  CacheSpec spec_;
  std::vector<std::string> paths_ = {"build"};
};

TEST_F(PathsKeyTest, BeginsWithNameAndSystemAndEndsWithTheHashOfItsFiles) {
  write("a.lock", "1");
  const auto made = key();
  EXPECT_THAT(made.text, testing::MatchesRegex("web-linux-(x64|arm64)-[0-9a-f]{8}-[0-9a-f]{64}"));
  EXPECT_THAT(made.text, StartsWith(made.restore_keys.front()));
  EXPECT_THAT(made.restore_keys.front(), StartsWith(made.relatives.front()));
}

TEST_F(PathsKeyTest, ChangesWithItsFilesItsPathsAndTheVersion) {
  write("a.lock", "1");
  const auto before = key();
  write("b.txt", "1");
  EXPECT_EQ(key().text, before.text);
  write("a.lock", "2");
  const auto changed = key();
  EXPECT_NE(changed.text, before.text);
  EXPECT_EQ(changed.restore_keys, before.restore_keys);
  EXPECT_NE(key("2").restore_keys, before.restore_keys);
  paths_ = {"other"};
  EXPECT_NE(key().restore_keys, before.restore_keys);
}

TEST_F(PathsKeyTest, WithoutAnyKeyFileItEndsWithNone) {
  EXPECT_THAT(key().text, testing::EndsWith("-none"));
}

TEST_F(PathsKeyTest, TheRestoreKeysOfTheConfigurationComeLast) {
  spec_.restore_keys = {"web-", "old-web-"};
  EXPECT_THAT(key().restore_keys, ElementsAre(StartsWith("web-linux-"), "web-", "old-web-"));
}

TEST_F(PathsKeyTest, SaysWhichFilesMadeTheDifference) {
  write("a.lock", "1");
  write("sub/with blank.lock", "1");
  const auto before = key();
  EXPECT_THAT(differences(before, key()), IsEmpty());
  write("sub/with blank.lock", "2");
  write("c.lock", "1");
  EXPECT_THAT(differences(before, key()), ElementsAre("c.lock added", "sub/with blank.lock changed"));
  EXPECT_THAT(differences(key(), before), ElementsAre("c.lock removed", "sub/with blank.lock changed"));
}

TEST_F(PathsKeyTest, SaysThatOtherPathsOrAnotherVersionMadeTheDifference) {
  write("a.lock", "1");
  const auto before = key();
  paths_ = {"build", "more"};
  EXPECT_THAT(differences(before, key("2")), ElementsAre("cache-version (none) → 2", "paths changed: more added"));
}

TEST_F(PathsKeyTest, HasNoDifferenceWhereTheKeyIsTheSame) {
  write("a.lock", "1");
  const auto before = key();
  std::filesystem::rename(root() + "/a.lock", root() + "/b.lock");  // hashFiles() counts contents alone
  EXPECT_EQ(key().text, before.text);
  EXPECT_THAT(differences(before, key()), IsEmpty());
}

TEST(CacheName, HasNothingThatAKeyCannotHave) {
  for (const char* name : {"a", "go-build", "A.b_c-1"}) EXPECT_TRUE(is_cache_name(name)) << name;
  for (const char* name : {"", "a b", "a,b", "a/b", "\xC3\xA9", "a\n"}) EXPECT_FALSE(is_cache_name(name)) << name;
  EXPECT_FALSE(is_cache_name(std::string(101, 'a')));
}

}  // namespace
}  // namespace ci::cache
