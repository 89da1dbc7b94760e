// The `file:` store in a bad environment: no permission, no room, a folder that goes away, processes killed at random.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <functional>
#include <random>

#include "folder_place.hpp"

namespace ci::test {
namespace {

namespace fs = std::filesystem;
using store::NotSavedReason;
using testing::HasSubstr;

constexpr int kNotPossible = 77;  // the exit code of a child that may not set up what it is to test

// Runs `check` in a process of its own. Returns its exit code, or minus the signal that ended it.
int in_a_process(const std::function<int()>& check) {
  const pid_t process = ::fork();
  if (process == 0) {
    ::alarm(60);
    ::_exit(check());
  }
  int status = 0;
  if (::waitpid(process, &status, 0) != process) return -1000;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

// Says on standard error what was expected and is not so; for use where GoogleTest does not reach.
int expect_in_process(bool holds, std::string_view what) {
  if (!holds) fmt::print(stderr, "not so: {}\n", what);
  return holds ? 0 : 1;
}

class FolderFaults : public testing::Test {
 protected:
  FolderPlace place_;
  FakePlatform platform_;
  std::unique_ptr<store::Store> store_ = place_.store(platform_.seams());
};

TEST_F(FolderFaults, AReadOnlyFolderCanBeReadAndSaysThatItIsDenied) {
  ASSERT_FALSE(save(*store_, "key", "bytes"));
  const auto entry = **store_->find("key", {});
  // Readable by whom the child becomes, as root is refused nothing.
  for (fs::path folder = place_.path(); folder != fs::temp_directory_path(); folder = folder.parent_path()) {
    fs::permissions(folder, fs::perms(0555));
  }
  const int code = in_a_process([&] {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return kNotPossible;
    const auto bytes = load(*store_, entry);
    int wrong = expect_in_process(bytes && *bytes == "bytes", "it is read");
    const auto refusal = save(*store_, "other", "bytes");
    wrong += expect_in_process(refusal && refusal->reason == NotSavedReason::denied, "saving is denied");
    wrong += expect_in_process(refusal && refusal->error.kind == base::ErrorKind::permission, "permission");
    const auto removed = store_->remove(entry);
    wrong += expect_in_process(!removed && removed.error().kind == base::ErrorKind::permission, "not removed");
    return wrong;
  });
  fs::permissions(place_.path(), fs::perms(0700));
  fs::permissions(place_.path().parent_path(), fs::perms(0700));
  fs::permissions(place_.path().parent_path().parent_path(), fs::perms(0700));
  EXPECT_EQ(code, 0);
}

TEST_F(FolderFaults, AFolderThatMayNotBeEnteredIsAnError) {
  ASSERT_FALSE(save(*store_, "key", "bytes"));
  fs::permissions(place_.path().parent_path().parent_path(), fs::perms(0755));
  fs::permissions(place_.path().parent_path(), fs::perms(0755));
  fs::permissions(place_.path(), fs::perms(0));
  const int code = in_a_process([&] {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return kNotPossible;
    const auto found = store_->find("key", {});
    int wrong = expect_in_process(!found && found.error().kind == base::ErrorKind::permission, "find says so");
    const auto listed = store_->list("");
    wrong += expect_in_process(!listed && listed.error().kind == base::ErrorKind::permission, "list says so");
    const auto refusal = save(*store_, "other", "bytes");
    return wrong + expect_in_process(refusal && refusal->reason == NotSavedReason::denied, "save says so");
  });
  fs::permissions(place_.path(), fs::perms(0700));
  EXPECT_EQ(code, 0);
}

TEST_F(FolderFaults, AFileInThePlaceOfTheFolderIsAnError) {
  fs::create_directories(place_.path().parent_path());
  ASSERT_TRUE(platform::write_file(place_.path(), "a file"));
  const auto refusal = save(*store_, "key", "bytes");
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->reason, NotSavedReason::failed);
  EXPECT_THAT(refusal->error.message, HasSubstr(place_.path().string() + ": Not a directory"));
  const auto listed = store_->list("");
  ASSERT_FALSE(listed);
  EXPECT_THAT(listed.error().message, HasSubstr("Not a directory"));
}

TEST_F(FolderFaults, AFolderThatVanishesIsAnErrorForTheUploadAndNothingForTheRest) {
  auto upload = store_->create("key");
  ASSERT_TRUE(upload);
  ASSERT_TRUE(write_to((*upload)->descriptor(), "bytes"));
  fs::remove_all(place_.path());
  const auto saved = (*upload)->commit();
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().reason, NotSavedReason::failed);
  EXPECT_THAT(saved.error().error.message, HasSubstr(place_.path().string() + ": No such file"));
  EXPECT_FALSE(*store_->find("key", {"k"}));
  EXPECT_TRUE(store_->list("")->empty());
  EXPECT_FALSE(save(*store_, "key", "bytes")) << "the folder is made again";
}

TEST_F(FolderFaults, AFileSizeLimitIsNoRoomAndLeavesNothing) {
  const int code = in_a_process([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 20, .rlim_max = 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return kNotPossible;
    const auto refusal = save(*store_, "key", "0123456789");  // the description is longer
    return expect_in_process(refusal && refusal->reason == NotSavedReason::no_room, "no room");
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(place_.count(), 0);
}

TEST_F(FolderFaults, AFullDiskIsNoRoomAndLeavesNothing) {
  fs::create_directories(place_.path());
  const int code = in_a_process([&] {
    if (::unshare(CLONE_NEWNS) != 0) return kNotPossible;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNotPossible;
    if (::mount("none", place_.path().c_str(), "tmpfs", 0, "size=64k") != 0) return kNotPossible;
    auto upload = store_->create("key");
    int wrong = expect_in_process(upload.has_value(), "it begins");
    if (!upload) return wrong;
    wrong += expect_in_process(!write_to((*upload)->descriptor(), std::string(100'000, 'x')), "the disk is full");
    const auto refusal = (*upload)->refusal();
    wrong += expect_in_process(refusal && refusal->reason == NotSavedReason::no_room, "it says so");
    const auto saved = (*upload)->commit();
    wrong += expect_in_process(!saved && saved.error().reason == NotSavedReason::no_room, "no room");
    upload->reset();
    wrong += expect_in_process(place_.count() == 0, "nothing is left");
    return wrong + expect_in_process(!save(*store_, "small", "bytes"), "there is room again");
  });
  if (code == kNotPossible) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(code, 0);
}

TEST_F(FolderFaults, AStoreInALowerLayerOfAnOverlayCanBeRemovedFrom) {
  for (const char* key : {"a", "b", "damaged"}) ASSERT_FALSE(save(*store_, key, std::string(1000, 'x')));
  place_.cut_short(**store_->find("damaged", {}));
  const int code = in_a_process([&] {
    if (::unshare(CLONE_NEWNS) != 0) return kNotPossible;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNotPossible;
    const fs::path upper = place_.path().parent_path() / "upper";
    fs::create_directory(upper);
    if (::mount("none", upper.c_str(), "tmpfs", 0, nullptr) != 0) return kNotPossible;
    fs::create_directory(upper / "u");
    fs::create_directory(upper / "w");
    const auto options = fmt::format("lowerdir={},upperdir={},workdir={}", place_.path().string(),
                                     (upper / "u").string(), (upper / "w").string());
    if (::mount("none", place_.path().c_str(), "overlay", 0, options.c_str()) != 0) return kNotPossible;
    int wrong = expect_in_process(store_->list("")->size() == 2, "both are seen");
    wrong += expect_in_process(store_->remove(**store_->find("a", {})).has_value(), "one is removed");
    wrong += expect_in_process(!*store_->find("a", {}), "and gone");
    wrong += expect_in_process(!save(*store_, "a", "bytes"), "its key is free");
    wrong += expect_in_process(!save(*store_, "damaged", "bytes"), "and so is the damaged one's");
    return wrong + expect_in_process(store_->list("")->size() == 3, "three again");
  });
  if (code == kNotPossible) GTEST_SKIP() << "mounting an overlay needs root";
  EXPECT_EQ(code, 0);
}

// What is saved under `key`: other bytes and another length for each.
std::string bytes_of(const std::string& key) {
  std::string bytes;
  for (std::size_t i = 0; i < 200 + 7 * std::hash<std::string>()(key) % 3000; ++i) bytes += key;
  return bytes;
}

// Saves, finds, reads and removes entries of a few keys for ever. Exits 1 when any entry has not its own bytes.
int use_at_random(FolderPlace& place, unsigned seed) {
  FakePlatform platform;
  std::mt19937 random(seed);
  const auto store = place.store(platform.seams(), {40'000});
  for (;;) {
    platform.clock.advance(std::chrono::milliseconds(random() % 50));
    const std::string key = fmt::format("key-{}", random() % 12);
    const auto kind = random() % 10;
    const auto entry = store->find(key, {"key-"});
    if (!entry) return expect_in_process(false, entry.error().message);
    if (kind == 0 && *entry) {
      if (auto removed = store->remove(**entry); !removed) return expect_in_process(false, removed.error().message);
    } else if (kind < 5 && *entry) {
      const auto bytes = load(*store, **entry);
      if (!bytes && bytes.error().kind != base::ErrorKind::unavailable) {
        return expect_in_process(false, bytes.error().message);
      }
      if (bytes && *bytes != bytes_of((*entry)->key)) return expect_in_process(false, "an entry has its own bytes");
    } else if (const auto refusal = save(*store, key, bytes_of(key));
               refusal && refusal->reason != NotSavedReason::already_there) {
      return expect_in_process(false, refusal->error.message);
    }
  }
}

TEST_F(FolderFaults, ProcessesKilledAtRandomNeverShowAWrongEntryAndAreCleanedUpAfter) {
  std::mt19937 random(20261121);
  std::vector<pid_t> users;
  const auto start = [&](unsigned seed) {
    const pid_t process = ::fork();
    if (process == 0) {
      ::alarm(60);
      ::_exit(use_at_random(place_, seed));
    }
    return process;
  };
  const auto end = [](pid_t process) {
    int status = 0;
    ::kill(process, SIGKILL);
    EXPECT_EQ(::waitpid(process, &status, 0), process);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it found something wrong, see above";
  };
  for (unsigned i = 0; i < 6; ++i) users.push_back(start(i));
  for (unsigned i = 6; i < 150; ++i) {
    ::usleep(static_cast<useconds_t>(random() % 20'000));
    pid_t& victim = users[random() % users.size()];
    end(victim);
    victim = start(i);
  }
  for (const pid_t process : users) end(process);

  ASSERT_TRUE(store_->create("last"));
  const auto entries = store_->list("");
  ASSERT_TRUE(entries);
  EXPECT_FALSE(entries->empty());
  for (const auto& entry : *entries) EXPECT_TRUE(*load(*store_, entry) == bytes_of(entry.key)) << entry.key;
  EXPECT_EQ(place_.count(), static_cast<std::ptrdiff_t>(entries->size())) << "nothing of the killed ones is left";
}

}  // namespace
}  // namespace ci::test
