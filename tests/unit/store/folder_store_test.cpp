// What the `file:` store promises besides (store/folder_store.hpp): its limit, damage, leftovers.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>

#include "folder_place.hpp"

namespace ci::test {

INSTANTIATE_TEST_SUITE_P(Folder, StoreConformance, testing::Values([]() -> std::unique_ptr<StorePlace> {
                           return std::make_unique<FolderPlace>();
                         }),
                         [](const auto&) { return "file"; });

namespace {

namespace fs = std::filesystem;
using store::NotSavedReason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FolderStore : public testing::Test {
 protected:
  std::optional<store::NotSaved> saved(const std::string& key, std::string_view bytes = "bytes") {
    platform_.clock.advance(std::chrono::seconds(1));
    return save(*store_, key, bytes);
  }
  bool used(const std::string& key) {
    platform_.clock.advance(std::chrono::seconds(1));
    const auto entry = store_->find(key, {});
    return entry && *entry && store_->open(**entry);
  }
  std::vector<std::string> keys() {
    std::vector<std::string> found;
    const auto entries = store_->list("");
    if (!entries) return {entries.error().message};
    for (const auto& entry : *entries) found.push_back(entry.key);
    return found;
  }
  void limit(std::uint64_t bytes) { store_ = place_.store(platform_.seams(), {bytes}); }

  FolderPlace place_;
  FakePlatform platform_;
  std::unique_ptr<store::Store> store_ = place_.store(platform_.seams(), {});
};

TEST_F(FolderStore, MakesItsFolderForThisUserAlone) {
  const mode_t old = ::umask(0);
  EXPECT_FALSE(saved("key"));
  ::umask(old);
  for (const fs::path& folder : {place_.path(), place_.path().parent_path()}) {
    struct stat status {};
    ASSERT_EQ(::stat(folder.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700U) << folder;
  }
}

TEST_F(FolderStore, LeavesTheModeOfAFolderThatWasThere) {
  fs::create_directories(place_.path());
  ASSERT_EQ(::chmod(place_.path().c_str(), 0755), 0);
  EXPECT_FALSE(saved("key"));
  struct stat status {};
  ASSERT_EQ(::stat(place_.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0755U);
}

TEST_F(FolderStore, RemovesTheLeastRecentlyUsedBeyondTheLimit) {
  limit(30);
  EXPECT_FALSE(saved("a", "0123456789"));
  EXPECT_FALSE(saved("b", "0123456789"));
  EXPECT_FALSE(saved("c", "0123456789"));
  EXPECT_THAT(keys(), ElementsAre("c", "b", "a")) << "exactly at the limit";
  EXPECT_TRUE(used("a"));
  EXPECT_FALSE(saved("d", "01234567890"));
  EXPECT_THAT(keys(), ElementsAre("d", "a")) << "two had to go for one byte";
  EXPECT_TRUE(used("a"));
  EXPECT_FALSE(saved("e", "01234567890123456789"));
  EXPECT_THAT(keys(), ElementsAre("e", "a"));
  EXPECT_FALSE(saved("f", std::string(30, 'f')));
  EXPECT_THAT(keys(), ElementsAre("f")) << "as large as the limit";
}

TEST_F(FolderStore, TheEntryJustSavedStaysWhenTheClockWasPutBack) {
  limit(10);
  EXPECT_FALSE(saved("a", "0123456789"));
  platform_.clock.advance(-std::chrono::hours(1));
  EXPECT_FALSE(saved("b", "0123456789"));
  EXPECT_THAT(keys(), ElementsAre("b"));
}

TEST_F(FolderStore, FindingIsNotUsing) {
  limit(20);
  EXPECT_FALSE(saved("a", "0123456789"));
  EXPECT_FALSE(saved("b", "0123456789"));
  platform_.clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(*store_->find("a", {}));
  EXPECT_FALSE(saved("c", "0123456789"));
  EXPECT_THAT(keys(), ElementsAre("c", "b"));
}

TEST_F(FolderStore, ManyEqualEntriesStayWithinTheLimit) {
  limit(1000);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(saved(fmt::format("key-{}", i), std::string(100, 'x')));
  const auto left = keys();
  ASSERT_EQ(left.size(), 10U);
  EXPECT_EQ(left.front(), "key-49");
  EXPECT_EQ(left.back(), "key-40");
  EXPECT_EQ(place_.count(), 10);
}

TEST_F(FolderStore, RemovesNothingForWhatIsLargerThanTheLimit) {
  limit(20);
  EXPECT_FALSE(saved("a", "0123456789"));
  const auto refusal = saved("large", std::string(21, 'x'));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, NotSavedReason::no_room);
  EXPECT_THAT(refusal->error.message, HasSubstr("the entry has 21 B, "));
  EXPECT_THAT(refusal->error.message, HasSubstr("may hold 20 B"));
  EXPECT_THAT(keys(), ElementsAre("a"));
  EXPECT_EQ(place_.count(), 1) << "nothing is left of the refused one";
}

TEST_F(FolderStore, WhoReadsAnEntryReadsOnWhenItMakesRoom) {
  limit(2'000'000);
  const std::string bytes(1'500'000, 'a');
  EXPECT_FALSE(saved("a", bytes));
  auto download = store_->open(**store_->find("a", {}));
  ASSERT_TRUE(download);
  EXPECT_FALSE(saved("b", bytes));
  EXPECT_THAT(keys(), ElementsAre("b"));
  EXPECT_TRUE(read_from((*download)->descriptor()) == bytes);
  EXPECT_TRUE((*download)->finish());
}

TEST_F(FolderStore, AnEntryThatShrinksWhileItIsReadIsNotWhole) {
  EXPECT_FALSE(saved("a", std::string(1000, 'a')));
  const auto entry = **store_->find("a", {});
  auto download = store_->open(entry);
  ASSERT_TRUE(download);
  place_.cut_short(entry);
  const auto whole = (*download)->finish();
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error().kind, base::ErrorKind::data);
  EXPECT_THAT(whole.error().message, HasSubstr("500 bytes where 1000 were saved"));
}

// Each way in which an entry may be damaged, given its folder.
const std::vector<void (*)(const fs::path&)> kDamages = {
    [](const fs::path& entry) { fs::remove(entry / "data"); },
    [](const fs::path& entry) { fs::remove(entry / "entry"); },
    [](const fs::path& entry) { fs::resize_file(entry / "data", 4); },
    [](const fs::path& entry) { fs::resize_file(entry / "data", 6); },
    [](const fs::path& entry) { fs::resize_file(entry / "entry", 0); },
    [](const fs::path& entry) { fs::resize_file(entry / "entry", 20); },
    [](const fs::path& entry) { fs::resize_file(entry / "entry", 1'000'000); },
    [](const fs::path& entry) { std::ofstream(entry / "entry") << R"({"key":"key","bytes":5})" << '\n'; },
    [](const fs::path& entry) {
      std::ofstream(entry / "entry") << R"({"key":"other","bytes":5,"created":"2026-11-21T04:24:00.000000Z"})" << '\n';
    },
    [](const fs::path& entry) {
      std::ofstream(entry / "entry") << R"({"key":"key","bytes":-1,"created":"2026-11-21T04:24:00.000000Z"})" << '\n';
    },
    [](const fs::path& entry) { fs::rename(entry / "entry", entry / "else"), fs::create_directory(entry / "entry"); },
    [](const fs::path& entry) { fs::rename(entry / "data", entry / "else"), fs::create_directory(entry / "data"); },
    [](const fs::path& entry) { fs::remove(entry / "data"), fs::create_symlink("entry", entry / "data"); },
    [](const fs::path& entry) { fs::rename(entry / "entry", entry / "x"), fs::create_symlink("x", entry / "entry"); },
    [](const fs::path& entry) { fs::remove(entry / "entry"), ::mkfifo((entry / "entry").c_str(), 0600); },
    [](const fs::path& entry) { fs::remove(entry / "data"), ::mkfifo((entry / "data").c_str(), 0600); },
    [](const fs::path& entry) { fs::remove_all(entry), fs::create_directory(entry); },
    [](const fs::path& entry) { fs::remove_all(entry), std::ofstream(entry) << "a file"; },
    [](const fs::path& entry) { fs::remove_all(entry), fs::create_symlink("nowhere", entry); },
};

TEST_F(FolderStore, ADamagedEntryIsAbsentAndGivesWay) {
  for (std::size_t i = 0; i < kDamages.size(); ++i) {
    ASSERT_FALSE(saved("key")) << i;
    const auto entry = **store_->find("key", {});
    kDamages[i](place_.entry_folder("key"));
    const auto found = store_->find("key", {"k"});
    ASSERT_TRUE(found) << i << ": " << found.error().message;
    EXPECT_FALSE(*found) << i;
    EXPECT_THAT(keys(), IsEmpty()) << i;
    const auto refusal = saved("key", "new bytes");
    ASSERT_FALSE(refusal) << i << ": " << refusal->error.message;
    EXPECT_EQ(*load(*store_, **store_->find("key", {})), "new bytes") << i;
    EXPECT_EQ(place_.count(), 1) << i;
    ASSERT_TRUE(store_->remove(entry)) << i;
  }
}

TEST_F(FolderStore, ADamagedEntryIsRemovedOnDemandAndWithTheNextSave) {
  for (std::size_t i = 0; i < kDamages.size(); ++i) {
    ASSERT_FALSE(saved("key")) << i;
    const auto entry = **store_->find("key", {});
    kDamages[i](place_.entry_folder("key"));
    ASSERT_TRUE(store_->remove(entry)) << i;
    EXPECT_EQ(place_.count(), 0) << i;

    ASSERT_FALSE(saved("key")) << i;
    kDamages[i](place_.entry_folder("key"));
    ASSERT_FALSE(saved("other")) << i;
    EXPECT_EQ(place_.count(), 1) << i;
    ASSERT_TRUE(store_->remove(**store_->find("other", {})));
  }
}

TEST_F(FolderStore, LeavesWhatIsNotItsOwnAlone) {
  fs::create_directories(place_.path());
  const std::string digest = place_.entry_folder("key").filename().string().substr(6);
  const std::vector<std::string> strange = {digest,           "entry-1",    "writing-notes",
                                            "removed-photos", "lost+found", "entry"};
  for (const auto& name : strange) fs::create_directory(place_.path() / name);
  limit(5);
  EXPECT_FALSE(saved("key"));
  EXPECT_FALSE(saved("key 2"));
  for (const auto& name : strange) EXPECT_TRUE(fs::exists(place_.path() / name)) << name;
  EXPECT_THAT(keys(), ElementsAre("key 2"));
}

// Starts a process that begins an upload and, having called `then` with it, waits to be killed. Returns its id once it
// has come so far.
template <class Then>
pid_t uploading_process(FolderPlace& place, Then then) {
  std::array<int, 2> ready{};
  if (::pipe2(ready.data(), O_CLOEXEC) != 0) return -1;
  const pid_t process = ::fork();
  if (process == 0) {
    ::alarm(60);
    FakePlatform platform;
    auto upload = place.store(platform.seams())->create("key");
    if (!upload || !write_to((*upload)->descriptor(), "half of it")) ::_exit(1);
    then(**upload);
    if (!write_to(ready[1], "r")) ::_exit(1);
    for (;;) ::pause();
  }
  ::close(ready[1]);
  char byte = 0;
  EXPECT_EQ(::read(ready[0], &byte, 1), 1);
  ::close(ready[0]);
  return process;
}

void kill_and_reap(pid_t process) {
  ASSERT_EQ(::kill(process, SIGKILL), 0);
  ASSERT_EQ(::waitpid(process, nullptr, 0), process);
}

TEST_F(FolderStore, CleansUpAfterAKilledWriterButNotAfterALivingOne) {
  const pid_t writer = uploading_process(place_, [](store::Upload&) {});
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_FALSE(saved("other"));
  EXPECT_EQ(place_.count(), 2) << "the living writer's is still there";
  kill_and_reap(writer);
  EXPECT_THAT(keys(), ElementsAre("other"));
  EXPECT_EQ(place_.count(), 2);
  EXPECT_FALSE(saved("key"));
  EXPECT_EQ(place_.count(), 2) << "the two entries and nothing else";
}

TEST_F(FolderStore, WhoWasGivenTheDescriptorIsAWriterToo) {
  std::array<int, 2> names{};
  ASSERT_EQ(::pipe2(names.data(), O_CLOEXEC), 0);
  const pid_t writer = uploading_process(place_, [&](store::Upload&) {
    const pid_t child = ::fork();  // as the process that runs as root
    if (child == 0) {
      ::alarm(60);
      for (;;) ::pause();
    }
    write_to(names[1], std::string_view(reinterpret_cast<const char*>(&child), sizeof child));
  });
  pid_t child = -1;
  ASSERT_EQ(::read(names[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  for (const int end : names) ::close(end);
  kill_and_reap(writer);
  EXPECT_FALSE(saved("other"));
  EXPECT_EQ(place_.count(), 2) << "the child may still be writing";
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  // Its files close a moment later; nobody reaps it for us.
  for (int i = 0; i < 500 && place_.count() > 1; ++i) {
    EXPECT_TRUE(store_->create("again"));
    ::usleep(10'000);
  }
  EXPECT_EQ(place_.count(), 1);
}

TEST_F(FolderStore, CleansUpWhatWasTakenOutOrBarelyBegun) {
  fs::create_directories(place_.path() / "removed-0123456789abcdef01234567" / "data");
  fs::create_directories(place_.path() / "writing-0123456789abcdef01234567");
  EXPECT_FALSE(saved("key"));
  EXPECT_EQ(place_.count(), 1);
}

TEST_F(FolderStore, FindsTheLatestOfHundreds) {
  for (int i = 0; i < 300; ++i) ASSERT_FALSE(saved(fmt::format("key-{:03}", (i * 7) % 300)));
  EXPECT_EQ((*store_->find("x", {"key-"}))->key, "key-293");
  EXPECT_EQ(keys().size(), 300U);
}

}  // namespace
}  // namespace ci::test
