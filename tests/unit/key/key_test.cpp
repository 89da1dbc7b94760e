#include "key/key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/key.hpp"

namespace ci::key {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;

Recipe recipe() {
  return {"go-build",
          {"ubuntu 22.04", "x64", "go1.22.1"},
          {{{"toolchain", "go1.22.1"}}, {{"go.sum", "aa"}}, {{"sources", "bb"}}},
          Fallback::by_level};
}

TEST(Key, IsReadableInFrontAndExactBehind) {
  const auto key = make_key(recipe()).value();
  EXPECT_THAT(key.text, MatchesRegex("ci-optimizer1-go-build-ubuntu_22.04-x64-go1.22.1"
                                     "-[0-9a-f]{32}-[0-9a-f]{32}-[0-9a-f]{32}"));
  EXPECT_TRUE(store::check_key(key.text).has_value());
  EXPECT_EQ(make_key(recipe()).value().text, key.text) << "the same each time";
}

// A key that is once given may not change without a new format: entries would be lost.
TEST(Key, OfTheseFormatsIsThisOne) {
  EXPECT_EQ(make_key(recipe()).value().text,
            "ci-optimizer1-go-build-ubuntu_22.04-x64-go1.22.1-3f28ef9cc4d59b00e20a62c365741e06"
            "-af5db0fc3ba52c2492c66c0cc3ba5a4e-ac868bb8361c92866581be9ce6e8f3d0");
}

TEST(Key, FallsBackLevelByLevelToWholeFields) {
  const auto key = make_key(recipe()).value();
  ASSERT_EQ(key.restore_keys.size(), 2U);
  for (const auto& prefix : key.restore_keys) {
    EXPECT_THAT(key.text, StartsWith(prefix));
    EXPECT_TRUE(prefix.ends_with('-')) << prefix;
  }
  EXPECT_GT(key.restore_keys[0].size(), key.restore_keys[1].size()) << "the nearest first";
  for (const auto& prefix : key.relatives) EXPECT_THAT(key.restore_keys[1], StartsWith(prefix));
}

TEST(Key, ADifferenceLeavesTheDigestsBeforeItAndChangesAllBehind) {
  const auto before = make_key(recipe()).value();
  auto changed = recipe();
  changed.levels[1][0].value = "cc";
  const auto after = make_key(changed).value();
  EXPECT_EQ(after.restore_keys[1], before.restore_keys[1]);
  EXPECT_NE(after.restore_keys[0], before.restore_keys[0]);
  EXPECT_NE(after.text, before.text);
  EXPECT_NE(after.text.substr(after.text.size() - 32), before.text.substr(before.text.size() - 32))
      << "the last digest alone tells";
}

TEST(Key, ThatOnlyServesExactlyHasNoRestoreKeys) {
  auto exact = recipe();
  exact.fallback = Fallback::none;
  const auto key = make_key(exact).value();
  EXPECT_THAT(key.restore_keys, IsEmpty());
  EXPECT_THAT(key.text, MatchesRegex("ci-optimizer1-go-build-ubuntu_22.04-x64-go1.22.1-[0-9a-f]{32}"));
  exact.levels[0][0].value = "go1.22.2";
  EXPECT_NE(make_key(exact).value().text, key.text);
}

TEST(Key, NoTwoListsOfPartsAreTheSameBytes) {
  const auto text = [](std::vector<Part> parts) { return make_key({"p", {"n"}, {std::move(parts)}}).value().text; };
  EXPECT_NE(text({{"a", "bc"}}), text({{"ab", "c"}}));
  EXPECT_NE(text({{"a", "b"}, {"c", "d"}}), text({{"a", "b1:c1:d"}}));
  EXPECT_NE(text({{"a", ""}}), text({{"a", ""}, {"", ""}}));
  const auto levels = [](std::vector<std::vector<Part>> all) {
    return make_key({"p", {"n"}, std::move(all), Fallback::none}).value().text;
  };
  EXPECT_NE(levels({{{"a", "b"}}, {{"c", "d"}}}), levels({{{"a", "b"}, {"c", "d"}}}));
}

TEST(Key, AlwaysHasTheFormOfAKey) {
  const auto key = make_key({"p",
                             {std::string(300, 'x'), "a,b-c", "\xE9\n", ""},
                             {{{"a,", "\xFF"}}, {}, {}, {}, {}, {}},
                             Fallback::by_level})
                       .value();
  EXPECT_TRUE(store::check_key(key.text).has_value()) << key.text;
  EXPECT_THAT(key.text, StartsWith("ci-optimizer1-p-" + std::string(32, 'x') + "-a_b_c-__--"));
}

TEST(FilesPart, CountsNamesAndContents) {
  const std::string one(64, '1'), two(64, '2');
  const auto part = files_part("sources", {{"b.go", two}, {"a.go", one}});
  EXPECT_EQ(part.kind, FactKind::files);
  EXPECT_THAT(part.facts, ElementsAre(Fact{"a.go", one.substr(0, 16)}, Fact{"b.go", two.substr(0, 16)}));
  EXPECT_EQ(files_part("sources", {{"a.go", one}, {"b.go", two}}), part) << "in any order";
  EXPECT_NE(files_part("sources", {{"a.go", two}, {"b.go", one}}).value, part.value);
  EXPECT_NE(files_part("sources", {{"c.go", one}, {"b.go", two}}).value, part.value);
  auto late = one;
  late.back() = '9';
  EXPECT_NE(files_part("sources", {{"a.go", late}, {"b.go", two}}).value, part.value) << "beyond what facts keep";
}

}  // namespace
}  // namespace ci::key
