// What every store promises.
#include "conformance.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <thread>

namespace ci::test {
namespace {

using store::NotSavedReason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(StoreConformance, IsEmptyAtFirst) {
  EXPECT_EQ(found("key", {"", "k"}), "none");
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_P(StoreConformance, GivesBackTheBytesThatWereSaved) {
  std::string bytes(3'000'000, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * i >> 7);
  expect_saved("large", bytes);
  expect_saved("empty", "");
  EXPECT_TRUE(loaded("large") == bytes);
  EXPECT_EQ(loaded("empty"), "");
  const auto entries = store_->list("");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ((*entries)[0].bytes, 0U);
  EXPECT_EQ((*entries)[1].bytes, bytes.size());
}

TEST_P(StoreConformance, FindsTheKeyItselfBeforeAnyPrefix) {
  expect_saved("go-linux-1");
  expect_saved("go-linux-12");
  EXPECT_EQ(found("go-linux-1", {"go-linux-"}), "go-linux-1");
  EXPECT_EQ(found("go-linux"), "none") << "the key is no prefix";
  EXPECT_EQ(found("GO-LINUX-1"), "none");
}

TEST_P(StoreConformance, FindsTheNewestOfTheFirstPrefixThatHasAny) {
  expect_saved("go-linux-b");
  expect_saved("go-linux-c");
  expect_saved("go-linux-a");
  expect_saved("go-darwin-z");
  EXPECT_EQ(found("go-linux-x", {"go-linux-", "go-"}), "go-linux-a");
  EXPECT_EQ(found("go-linux-x", {"go-windows-", "go-darwin-", "go-linux-"}), "go-darwin-z");
  EXPECT_EQ(found("go-linux-x", {"rust-", ""}), "go-darwin-z");
  EXPECT_EQ(found("go-linux-x", {"rust-"}), "none");
}

TEST_P(StoreConformance, FindsTheEntryThatIsAPrefixBeforeNewerOnesThatBeginWithIt) {
  expect_saved("base");
  expect_saved("base-2");
  EXPECT_EQ(found("x", {"base"}), "base");
}

TEST_P(StoreConformance, ListsTheNewestFirst) {
  expect_saved("a-1");
  expect_saved("b-1");
  expect_saved("a-2");
  EXPECT_THAT(listed(), ElementsAre("a-2", "b-1", "a-1"));
  EXPECT_THAT(listed("a-"), ElementsAre("a-2", "a-1"));
  EXPECT_THAT(listed("c"), IsEmpty());
  EXPECT_EQ(store_->list("a-1")->front().created, platform_.clock.now() - std::chrono::seconds(2));
}

TEST_P(StoreConformance, NeverChangesAnEntry) {
  expect_saved("key", "first");
  const auto refusal = save(*store_, "key", "second");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, NotSavedReason::already_there);
  EXPECT_EQ(loaded("key"), "first");
}

TEST_P(StoreConformance, OfTwoUploadsOfOneKeyOneIsSaved) {
  auto first = store_->create("key");
  ASSERT_TRUE(first);
  auto second = store_->create("key");  // a service may refuse here already
  if (second) {
    ASSERT_TRUE(write_to((*second)->descriptor(), "second"));
  } else {
    EXPECT_EQ(second.error().reason, NotSavedReason::already_there);
  }
  ASSERT_TRUE(write_to((*first)->descriptor(), "first"));
  EXPECT_TRUE((*first)->commit());
  if (second) {
    const auto saved = (*second)->commit();
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().reason, NotSavedReason::already_there);
  }
  EXPECT_EQ(loaded("key"), "first");
}

TEST_P(StoreConformance, AnUploadIsNotSeenUntilItIsCommitted) {
  const auto other = place_->store(platform_.seams());
  auto upload = store_->create("key");
  ASSERT_TRUE(upload);
  ASSERT_TRUE(write_to((*upload)->descriptor(), "bytes"));
  EXPECT_FALSE(*other->find("key", {"k"}));
  EXPECT_THAT(*other->list(""), IsEmpty());
  ASSERT_TRUE((*upload)->commit());
  EXPECT_TRUE(*other->find("key", {}));
  EXPECT_EQ(*load(*other, **other->find("key", {})), "bytes");
}

TEST_P(StoreConformance, AnAbandonedUploadLeavesNothingAndFreesTheKey) {
  {
    auto upload = store_->create("key");
    ASSERT_TRUE(upload);
    ASSERT_TRUE(write_to((*upload)->descriptor(), "half of it"));
  }
  EXPECT_THAT(listed(), IsEmpty());
  expect_saved("key", "all of it");
  EXPECT_EQ(loaded("key"), "all of it");
}

TEST_P(StoreConformance, AnUploadIsCommittedOnce) {
  auto upload = store_->create("key");
  ASSERT_TRUE(upload);
  ASSERT_TRUE((*upload)->commit());
  EXPECT_FALSE((*upload)->commit());
  EXPECT_EQ(loaded("key"), "");
}

TEST_P(StoreConformance, ARemovedEntryIsGoneAndItsKeyIsFree) {
  expect_saved("key", "old");
  const auto entry = **store_->find("key", {});
  EXPECT_TRUE(store_->remove(entry));
  EXPECT_EQ(found("key", {"k"}), "none");
  EXPECT_TRUE(store_->remove(entry)) << "gone already";
  const auto opened = store_->open(entry);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, base::ErrorKind::unavailable);
  expect_saved("key", "new");
  EXPECT_EQ(loaded("key"), "new");
}

TEST_P(StoreConformance, AReaderReadsOnWhenTheEntryIsRemoved) {
  const std::string bytes(1'000'000, 'x');
  expect_saved("key", bytes);
  const auto entry = **store_->find("key", {});
  auto download = store_->open(entry);
  ASSERT_TRUE(download);
  std::string start(1000, '\0');
  ASSERT_EQ(::read((*download)->descriptor(), start.data(), start.size()), 1000);
  ASSERT_TRUE(place_->store(platform_.seams())->remove(entry));
  expect_saved("key", "other bytes");
  EXPECT_TRUE(start + read_from((*download)->descriptor()) == bytes);
  EXPECT_TRUE((*download)->finish());
}

// Closes all but `descriptor`, as in a process that was given nothing else. Returns it under another number.
int keep_only(int descriptor) {
  ::dup2(descriptor, STDIN_FILENO);
  ::close_range(STDIN_FILENO + 1, ~0U, 0);
  return STDIN_FILENO;
}

TEST_P(StoreConformance, TheDescriptorsServeAnotherProcess) {
  auto upload = store_->create("key");
  ASSERT_TRUE(upload);
  const pid_t writer = ::fork();
  if (writer == 0) ::_exit(write_to(keep_only((*upload)->descriptor()), "from the child") ? 0 : 1);
  int status = 0;
  ASSERT_EQ(::waitpid(writer, &status, 0), writer);
  ASSERT_EQ(status, 0);
  ASSERT_TRUE((*upload)->commit());

  auto download = store_->open(**store_->find("key", {}));
  ASSERT_TRUE(download);
  const pid_t reader = ::fork();
  if (reader == 0) ::_exit(read_from(keep_only((*download)->descriptor())) == "from the child" ? 0 : 1);
  ASSERT_EQ(::waitpid(reader, &status, 0), reader);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE((*download)->finish());
}

TEST_P(StoreConformance, AnEntryThatCannotBeDeliveredWholeIsNoHit) {
  expect_saved("key", std::string(10'000, 'x'));
  const auto entry = **store_->find("key", {});
  place_->cut_short(entry);
  EXPECT_FALSE(load(*place_->store(platform_.seams()), entry)) << "a store that has read nothing of it before";
  EXPECT_TRUE(store_->remove(entry));
  expect_saved("key", "sound");
  EXPECT_EQ(loaded("key"), "sound");
}

TEST_P(StoreConformance, KeepsKeysOfAnyPrintableCharacters) {
  std::string every;
  for (char c = ' '; c <= '~'; ++c) {
    if (c != ',') every += c;
  }
  const std::vector<std::string> keys = {
      every,
      "a/b/c",
      "a/b",
      "a%2Fb",
      "/",
      ".",
      "..",
      "../up",
      "-n",
      " leading and trailing ",
      "\"quoted\" \\ and $(id)",
      "gr\u00fc\u00dfe \u2713 \U0001F680",
      "gr\u0075\u0308\u00dfe",
      std::string(512, 'k'),
      std::string(511, 'k') + "l",
      std::string(511, 'k'),
      std::string(512, '/'),
      std::string(512, '\\'),
  };
  for (const auto& key : keys) expect_saved(key, key);
  for (const auto& key : keys) EXPECT_EQ(loaded(key), key);
  EXPECT_EQ(listed().size(), keys.size());
  EXPECT_THAT(listed("a/b/"), ElementsAre("a/b/c"));
  EXPECT_THAT(listed("gr\u00fc"), ElementsAre("gr\u00fc\u00dfe \u2713 \U0001F680"));
  for (const auto& key : keys) EXPECT_TRUE(store_->remove(**store_->find(key, {}))) << key;
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_P(StoreConformance, RefusesWhatIsNoKey) {
  for (const std::string& key : {std::string(), std::string("a,b"), std::string("line\nbreak"), std::string("a\0b", 3),
                                 std::string(513, 'k'), std::string("\x7F"), std::string("\xFF\xFE")}) {
    const auto refusal = save(*store_, key, "");
    ASSERT_TRUE(refusal) << key;
    EXPECT_EQ(refusal->error.kind, base::ErrorKind::usage);
    EXPECT_EQ(found(key), "none");
  }
}

// What became of one of several savers, for exit codes.
enum Outcome { kSaved, kAlreadyThere, kWrong };

Outcome save_in_turn(StorePlace& place, int saver) {
  FakePlatform platform;
  const auto refusal =
      save(*place.store(platform.seams()), "key", std::string(100'000, static_cast<char>('a' + saver)));
  if (!refusal) return kSaved;
  return refusal->reason == NotSavedReason::already_there ? kAlreadyThere : kWrong;
}

constexpr int kSavers = 8;

TEST_P(StoreConformance, OfEightThreadsThatSaveOneKeyOneSaves) {
  for (int round = 0; round < 20; ++round) {
    std::array<Outcome, kSavers> outcomes{};
    std::vector<std::thread> savers;
    for (int i = 0; i < kSavers; ++i) {
      savers.emplace_back([&, i] { outcomes[static_cast<std::size_t>(i)] = save_in_turn(*place_, i); });
    }
    for (auto& saver : savers) saver.join();
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), kSaved), 1);
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), kAlreadyThere), kSavers - 1);
    const std::string bytes = loaded("key");
    EXPECT_EQ(bytes, std::string(100'000, bytes.front()));
    ASSERT_TRUE(store_->remove(**store_->find("key", {})));
  }
}

TEST_P(StoreConformance, OfEightProcessesThatSaveOneKeyOneSaves) {
  for (int round = 0; round < 20; ++round) {
    std::vector<pid_t> savers;
    for (int i = 0; i < kSavers; ++i) {
      const pid_t saver = ::fork();
      if (saver == 0) ::_exit(save_in_turn(*place_, i));
      savers.push_back(saver);
    }
    std::array<int, 3> counts{};
    for (const pid_t saver : savers) {
      int status = 0;
      ASSERT_EQ(::waitpid(saver, &status, 0), saver);
      ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) <= kWrong);
      ++counts[static_cast<std::size_t>(WEXITSTATUS(status))];
    }
    EXPECT_THAT(counts, ElementsAre(1, kSavers - 1, 0));
    const std::string bytes = loaded("key");
    EXPECT_EQ(bytes, std::string(100'000, bytes.front()));
    ASSERT_TRUE(store_->remove(**store_->find("key", {})));
  }
}

}  // namespace
}  // namespace ci::test
