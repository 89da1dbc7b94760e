// Entries that are deltas over another entry.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/digest.hpp"
#include "cache/cache_restore.hpp"
#include "cache/cache_save.hpp"
#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "key/delta_key.hpp"
#include "store/folder_store.hpp"

namespace ci::cache {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

// A full entry "b-1" with out/old and out/both, and a delta over it, under the key "b-2", with out/new and another
// out/both of the same size and time.
class DeltaRestore : public test::TreeTest {
 protected:
  DeltaRestore() {
    std::filesystem::create_directories(root() + "/ws");
    write("ws/out/old", "old");
    write("ws/out/both", "one");
    EXPECT_EQ(save("b-1", {}), SaveStatus::saved);
    forget();
    const auto full = restore("b-1").full;
    EXPECT_TRUE(full);
    base_ = full->name;
    forget();
    write("ws/out/new", "new");
    write("ws/out/both", "two");
    EXPECT_EQ(save(delta_, base_), SaveStatus::saved);
    forget();
  }
  SaveStatus save(const std::string& key, std::optional<EntryBase> base) {
    fakes_.clock.advance(std::chrono::seconds(1));
    const auto seams = fakes_.seams();
    SaveRequest request;
    request.key = key;
    request.base = std::move(base);
    request.fixed_mtime = 1'000'000'000;
    return save_paths(store_, paths(), request, seams).status;
  }
  Restored restore(const std::string& key, const std::vector<std::string>& prefixes = {},
                   Deltas deltas = Deltas::allowed) {
    const auto seams = fakes_.seams();
    RestoreRequest request;
    request.key = key;
    request.restore_keys = prefixes;
    request.deltas = deltas;
    return restore_paths(store_, paths(), request, seams);
  }
  [[nodiscard]] PathSet paths() const { return PathSet::read({"out"}, {root() + "/ws", root() + "/home"}).value(); }
  void forget() { std::filesystem::remove_all(root() + "/ws/out"); }
  void remove(const std::string& key) { ASSERT_TRUE(store_.remove({.key = key, .created = {}})); }
  // Changes a byte behind the head of the entry's archive.
  void damage(const std::string& key) {
    const auto download = store_.open(store_.find(key, {}).value().value());
    const auto file = std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", (*download)->descriptor()));
    std::string bytes = platform::read_file(file).value();
    char& byte = bytes[bytes.size() / 4 * 3];
    byte = static_cast<char>(byte ^ 1);
    ASSERT_TRUE(platform::write_file(file, bytes));
  }
  std::vector<std::string> there() {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& file : std::filesystem::directory_iterator(root() + "/ws/out", error))
      names.push_back(file.path().filename().string() + "=" + platform::read_file(file.path()).value());
    return names;
  }

  const std::string delta_ = key::delta_key("b-2", "b-1");
  test::FakePlatform fakes_;
  store::FolderStore store_{root() + "/store", std::nullopt, fakes_.clock, fakes_.log};
  EntryBase base_;
};

TEST_F(DeltaRestore, AFullEntrySaysWhatItHolds) {
  const auto restored = restore("b-1");
  ASSERT_TRUE(restored.full);
  EXPECT_EQ(restored.full->name.key, "b-1");
  EXPECT_EQ(restored.full->name.created, restored.label.created);
  EXPECT_EQ(restored.full->content_bytes, 6U);
  EXPECT_EQ(restored.full->archive_bytes, restored.outcome.bytes);
  EXPECT_THAT(restored.full->contents, UnorderedElementsAre(base::hex(base::sha256("old")).substr(0, kContentDigits),
                                                            base::hex(base::sha256("one")).substr(0, kContentDigits)));
  EXPECT_FALSE(restore("b-1", {}, Deltas::none).full);
}

TEST_F(DeltaRestore, ADeltaComesOverItsBaseAndIsAnExactHitOfItsKey) {
  const auto restored = restore("b-2");
  EXPECT_EQ(restored.outcome.outcome, "exact");
  EXPECT_EQ(restored.outcome.matched_key, delta_);
  EXPECT_EQ(restored.outcome.base_key, "b-1");
  EXPECT_GT(restored.outcome.base_bytes, 0);
  EXPECT_NE(restored.outcome.bytes, restored.outcome.base_bytes);
  EXPECT_THAT(there(), UnorderedElementsAre("old=old", "both=two", "new=new"));
  ASSERT_TRUE(restored.full) << "the next delta is over the same base";
  EXPECT_EQ(restored.full->name, base_);
}

TEST_F(DeltaRestore, ADeltaIsFoundByPrefixAndByItsOwnKey) {
  EXPECT_EQ(restore("b-3", {"b-"}).outcome.outcome, "prefix");
  EXPECT_THAT(there(), UnorderedElementsAre("old=old", "both=two", "new=new"));
  forget();
  EXPECT_EQ(restore(delta_, {}, Deltas::none).outcome.outcome, "exact");
  EXPECT_EQ(there().size(), 3U);
  EXPECT_TRUE(restore("b-2", {}, Deltas::none).nothing_found);
}

TEST_F(DeltaRestore, WithoutItsBaseTheDeltaAloneIsRestored) {
  remove("b-1");
  const auto restored = restore("b-2");
  EXPECT_EQ(restored.outcome.outcome, "prefix") << "what is missing will be made, and is to be saved";
  EXPECT_EQ(restored.outcome.matched_key, delta_);
  EXPECT_EQ(restored.outcome.reason, "its base b-1 is gone");
  EXPECT_EQ(restored.outcome.base_key, "");
  EXPECT_FALSE(restored.full);
  EXPECT_THAT(there(), UnorderedElementsAre("both=two", "new=new"));
}

TEST_F(DeltaRestore, ABaseThatIsGoneIsNotReplacedByADeltaOfItsKey) {
  remove("b-1");
  write("ws/out/other", "other");
  ASSERT_EQ(save(key::delta_key("b-1", "b-0"), EntryBase{"b-0", {}}), SaveStatus::saved);
  forget();
  EXPECT_EQ(restore("b-2").outcome.reason, "its base b-1 is gone");
  EXPECT_EQ(there().size(), 2U);
}

TEST_F(DeltaRestore, AnotherEntryUnderTheBasesKeyIsNoBase) {
  remove("b-1");
  write("ws/out/other", "other");
  ASSERT_EQ(save("b-1", {}), SaveStatus::saved);
  forget();
  const auto restored = restore("b-2");
  EXPECT_EQ(restored.outcome.outcome, "prefix");
  EXPECT_THAT(restored.outcome.reason, HasSubstr("another entry has its key now"));
  EXPECT_FALSE(restored.full);
  EXPECT_EQ(there().size(), 2U);
  EXPECT_EQ(store_.list("")->size(), 2U) << "it is sound";
}

TEST_F(DeltaRestore, ADeltaIsNoBase) {
  const auto restored = restore("b-2");
  forget();
  write("ws/out/third", "third");
  ASSERT_EQ(save("b-3", EntryBase{delta_, restored.label.created}), SaveStatus::saved);
  forget();
  EXPECT_THAT(restore("b-3").outcome.reason, HasSubstr("it is a delta itself"));
  EXPECT_THAT(there(), UnorderedElementsAre("third=third"));
}

TEST_F(DeltaRestore, ABaseWhoseNameIsNoKeyIsNotLookedForNorShown) {
  write("ws/out/third", "third");
  ASSERT_EQ(save("b-3", EntryBase{"b-1\n::error::forged", {}}), SaveStatus::saved);
  forget();
  const auto restored = restore("b-3");
  EXPECT_EQ(restored.outcome.outcome, "prefix");
  EXPECT_EQ(restored.outcome.reason, "its base could not be restored: not a cache key: it has a control character");
  EXPECT_THAT(there(), UnorderedElementsAre("third=third"));
}

TEST_F(DeltaRestore, ADamagedBaseIsRemovedAndTheDeltaAloneRestored) {
  damage("b-1");
  const auto restored = restore("b-2");
  EXPECT_EQ(restored.outcome.outcome, "prefix");
  EXPECT_THAT(restored.outcome.reason, HasSubstr("its base b-1 could not be restored"));
  EXPECT_EQ(there().size(), 2U);
  EXPECT_EQ(store_.list("")->size(), 1U);
}

TEST_F(DeltaRestore, ADamagedDeltaLeavesItsBaseAndIsRemoved) {
  damage(delta_);
  const auto restored = restore("b-2");
  EXPECT_EQ(restored.outcome.outcome, "prefix");
  EXPECT_EQ(restored.outcome.matched_key, "b-1");
  EXPECT_THAT(restored.outcome.reason, HasSubstr(delta_));
  EXPECT_THAT(restored.outcome.reason, HasSubstr("; its base alone was restored"));
  EXPECT_EQ(restored.outcome.base_key, "");
  EXPECT_GT(restored.outcome.bytes, 0);
  EXPECT_FALSE(restored.full) << "the next entry is a whole one";
  EXPECT_THAT(there(), UnorderedElementsAre("old=old", "both=one"));
  EXPECT_EQ(store_.list("")->size(), 1U);
}

}  // namespace
}  // namespace ci::cache
