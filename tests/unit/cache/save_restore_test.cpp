#include <gmock/gmock.h>
#include <sys/stat.h>

#include <optional>

#include "archive/writer.hpp"
#include "cache/cache_restore.hpp"
#include "cache/cache_save.hpp"
#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "store/folder_store.hpp"

namespace ci::cache {
namespace {

using testing::HasSubstr;

class SaveAndRestore : public test::TreeTest {
 protected:
  SaveAndRestore() { std::filesystem::create_directories(root() + "/ws"); }
  [[nodiscard]] PathSet paths(const std::vector<std::string>& patterns = {"out"}) const {
    return PathSet::read(patterns, {root() + "/ws", root() + "/home"}).value();
  }
  SaveResult save(const std::string& key, const PathSet& set) {
    const auto seams = fakes_.seams();
    SaveRequest request;
    request.key = key;
    request.parts.parts = {{"a", "b"}};
    request.cold_seconds = {7};
    return save_paths(store_, set, request, seams);
  }
  Restored restore(const std::string& key, const PathSet& set, const std::vector<std::string>& prefixes = {}) {
    const auto seams = fakes_.seams();
    RestoreRequest request;
    request.key = key;
    request.restore_keys = prefixes;
    request.budget = budget_;
    return restore_paths(store_, set, request, seams);
  }
  // Puts an archive of `folder` into the store, whose label is that of `set`.
  void forge(const std::string& key, const PathSet& set, const std::string& root_name, const std::string& folder,
             const std::vector<std::string>& members) {
    auto upload = store_.create(key);
    ASSERT_TRUE(upload);
    archive::DescriptorSink sink((*upload)->descriptor());
    EntryLabel label;
    label.paths = set.names();
    archive::SourceRoot source;
    source.name = root_name;
    source.folder = folder;
    source.paths = members;
    ASSERT_TRUE(archive::write_archive(sink, {source}, encode(label), {}));
    ASSERT_TRUE((*upload)->commit());
  }
  bool exists(const std::string& name) { return std::filesystem::exists(root() + "/" + name); }

  test::FakePlatform fakes_;
  store::FolderStore store_{root() + "/store", std::nullopt, fakes_.clock, fakes_.log};
  base::Duration budget_ = std::chrono::minutes(1);
};

TEST_F(SaveAndRestore, GiveBackTreeAndLabel) {
  write("ws/out/a", "contents");
  EXPECT_EQ(save("k", paths()).status, SaveStatus::saved);
  std::filesystem::remove_all(root() + "/ws/out");
  const auto restored = restore("k", paths());
  EXPECT_EQ(restored.outcome.outcome, "exact");
  EXPECT_EQ(restored.outcome.matched_key, "k");
  EXPECT_GT(restored.outcome.bytes, 0);
  EXPECT_EQ(restored.label.parts, (key::Parts{{{"a", "b"}}}));
  EXPECT_THAT(restored.label.cold_seconds, testing::ElementsAre(7));
  EXPECT_EQ(platform::read_file(root() + "/ws/out/a").value(), "contents");
}

TEST_F(SaveAndRestore, TellAnEntryThatIsThereAlready) {
  write("ws/out/a");
  EXPECT_EQ(save("k", paths()).status, SaveStatus::saved);
  EXPECT_EQ(save("k", paths()).status, SaveStatus::already_there);
}

TEST_F(SaveAndRestore, NothingToSaveLeavesNoEntry) {
  EXPECT_EQ(save("k", paths()).status, SaveStatus::nothing);
  EXPECT_TRUE(store_.list("")->empty());
}

TEST_F(SaveAndRestore, AnEntryForOtherPathsIsAMissAndStays) {
  write("ws/out/a");
  save("k", paths());
  const auto restored = restore("k", paths({"other"}));
  EXPECT_EQ(restored.outcome.outcome, "miss");
  EXPECT_THAT(restored.outcome.reason, HasSubstr("saved for other paths: out"));
  EXPECT_EQ(store_.list("")->size(), 1U);
}

TEST_F(SaveAndRestore, AnEntryOfAnotherKindIsAMissAndStays) {
  auto upload = store_.create("k");
  archive::DescriptorSink sink((*upload)->descriptor());
  ASSERT_TRUE(archive::write_archive(sink, {}, "the head of something else", {}));
  ASSERT_TRUE((*upload)->commit());
  EXPECT_THAT(restore("k", paths()).outcome.reason, HasSubstr("no archive of paths"));
  EXPECT_EQ(store_.list("")->size(), 1U);
}

TEST_F(SaveAndRestore, AMemberOutsideOfTheDeclaredPathsIsRefusedAndTheEntryRemoved) {
  write("evil/out/fine");
  write("evil/escaped");
  forge("k", paths(), "out", root() + "/evil", {"out", "out/fine", "escaped"});
  const auto restored = restore("k", paths());
  EXPECT_EQ(restored.outcome.outcome, "miss");
  EXPECT_THAT(restored.outcome.reason, HasSubstr("escaped"));
  EXPECT_FALSE(exists("ws/escaped"));
  EXPECT_FALSE(exists("ws/out"));
  EXPECT_TRUE(store_.list("")->empty());
}

TEST_F(SaveAndRestore, AFailureTakesBackTheFoldersThatWereMadeForIt) {
  write("evil/fine");
  const auto deep = paths({"deep/er/out", "kept/er/out"});
  const auto name = deep.roots().front().name;
  forge("k", deep, name, root() + "/evil", {"fine"});
  std::filesystem::create_directories(root() + "/ws/kept");
  EXPECT_EQ(restore("k", deep).outcome.outcome, "miss");
  EXPECT_FALSE(exists("ws/deep"));
  EXPECT_FALSE(exists("ws/kept/er"));
  EXPECT_TRUE(exists("ws/kept")) << "it was there before";
}

TEST_F(SaveAndRestore, WhatAKilledRestoreHasLeftIsRemoved) {
  write("ws/out/deep/a", "1");
  save("k", paths());
  const std::string left = "ws/out/deep/.ci-optimizer-0123456789abcdef-7";
  write(left, "half");
  write("ws/out/.ci-optimizer-mine");
  EXPECT_EQ(restore("k", paths()).outcome.outcome, "exact");
  EXPECT_FALSE(exists(left));
  EXPECT_TRUE(exists("ws/out/.ci-optimizer-mine")) << "no such name";
}

TEST_F(SaveAndRestore, ARootThatWasNotDeclaredIsRefused) {
  write("evil/out");
  forge("k", paths(), "/etc", root() + "/evil", {"out"});
  EXPECT_THAT(restore("k", paths()).outcome.reason, HasSubstr("\"/etc\", which is not expected here"));
}

TEST_F(SaveAndRestore, PastItsBudgetItIsAMissThatLeavesTheEntry) {
  write("ws/out/a");
  save("k", paths());
  std::filesystem::remove_all(root() + "/ws/out");
  budget_ = {};
  const auto restored = restore("k", paths());
  EXPECT_EQ(restored.outcome.outcome, "miss");
  EXPECT_THAT(restored.outcome.reason, HasSubstr("longer than it may"));
  EXPECT_FALSE(exists("ws/out"));
  EXPECT_EQ(store_.list("")->size(), 1U);
}

TEST_F(SaveAndRestore, AnUnreadableFileIsNotSaved) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  write("ws/out/a");
  ASSERT_EQ(::chmod((root() + "/ws/out/a").c_str(), 0), 0);
  const auto saved = save("k", paths());
  EXPECT_EQ(saved.status, SaveStatus::failed);
  EXPECT_THAT(saved.reason, HasSubstr("out/a"));
  EXPECT_TRUE(store_.list("")->empty());
}

TEST_F(SaveAndRestore, AMissSaysWhatWasLookedFor) {
  const auto restored = restore("k-1", paths(), {"k-", "j-"});
  EXPECT_TRUE(restored.nothing_found);
  EXPECT_EQ(restored.outcome.reason, "no entry has the key or begins with k- or j-");
}

}  // namespace
}  // namespace ci::cache
