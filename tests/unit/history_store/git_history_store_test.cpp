// The `git:` store: what every store promises, over a real bare repository, and what only a remote can go wrong with.
#include "history_store/git_history_store.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>

#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "fakes/fake_http.hpp"
#include "fakes/recording_log.hpp"
#include "history_store/conformance.hpp"
#include "platform/process_runner.hpp"
#include "platform/system_clock.hpp"

namespace ci::test {
namespace {

namespace fs = std::filesystem;
using history_store::GitHistoryStore;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// The machine's own clock and processes.
struct RealPlatform {
  const FakeCancellation cancellation;  // no thread: the tests fork
  platform::SystemClock clock{cancellation};
  FakeEnvironment environment;
  platform::SystemProcessRunner processes{clock, cancellation};
  FakeHttp http;
  RecordingLog log;
  const platform::Platform seams{clock, environment, processes, http, log, cancellation};
};

RealPlatform& real() {
  static RealPlatform platform;
  return platform;
}

std::string git(const fs::path& folder, std::vector<std::string> arguments) {
  platform::Command command;
  command.argv = {"git", "-c", "user.name=t", "-c", "user.email=t@example.org"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.directory = folder.string();
  command.timeout = std::chrono::seconds(30);
  const auto outcome = real().processes.run(command);
  EXPECT_TRUE(outcome && outcome->succeeded()) << (outcome ? outcome->err : outcome.error().message);
  return outcome ? outcome->out : "";
}

bool has_git() {
  platform::Command command;
  command.argv = {"git", "--version"};
  const auto outcome = real().processes.run(command);
  return outcome && outcome->succeeded();
}

// A bare repository and a clone of it with one commit.
class GitPlace final : public HistoryPlace {
 public:
  GitPlace() {
    git(folder_.path(), {"init", "--quiet", "--bare", "origin"});
    git(folder_.path(), {"init", "--quiet", "--initial-branch=main", "clone"});
    git(clone(), {"remote", "add", "origin", origin().string()});
    git(clone(), {"commit", "--quiet", "--allow-empty", "-m", "first"});
    git(clone(), {"push", "--quiet", "origin", "main"});
  }
  std::unique_ptr<history_store::HistoryStore> store() override { return store(std::chrono::seconds(120)); }
  std::unique_ptr<history_store::HistoryStore> store(base::Duration patience) {
    return std::make_unique<GitHistoryStore>("ci-metrics", clone(), real().seams, patience);
  }
  bool make_read_only() override { return false; }  // see AServerThatRefusesIsAPermission
  [[nodiscard]] fs::path origin() const { return folder_.path() / "origin"; }
  [[nodiscard]] fs::path clone() const { return folder_.path() / "clone"; }

 private:
  platform::TemporaryFolder folder_ = std::move(*platform::TemporaryFolder::make(fs::temp_directory_path(), "git."));
};

INSTANTIATE_TEST_SUITE_P(Git, HistoryStoreConformance, testing::Values(+[]() -> std::unique_ptr<HistoryPlace> {
                           return has_git() ? std::make_unique<GitPlace>() : nullptr;
                         }));

class GitHistory : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_git()) GTEST_SKIP() << "this machine has no git";
    place_ = std::make_unique<GitPlace>();
  }
  base::Error error_of_put(base::Duration patience = std::chrono::seconds(20)) {
    const auto put = place_->store(patience)->put(Sample{}.document());
    EXPECT_FALSE(put);
    return put ? base::Error() : put.error();
  }
  void set_origin(const std::string& url) { git(place_->clone(), {"remote", "set-url", "origin", url}); }

  std::unique_ptr<GitPlace> place_;
};

TEST_F(GitHistory, TheBranchHasNothingButRecordsAndTheCloneIsLeftAlone) {
  const auto before = git(place_->clone(), {"count-objects"}) + git(place_->clone(), {"for-each-ref"});
  ASSERT_TRUE(place_->store()->put(Sample{}.document()));
  ASSERT_TRUE(place_->store()->put(Sample{.run_id = "2"}.document()));
  EXPECT_THAT(place_->store()->rows({}).value(), SizeIs(2));
  EXPECT_EQ(git(place_->clone(), {"count-objects"}) + git(place_->clone(), {"for-each-ref"}), before);
  const auto files = git(place_->origin(), {"ls-tree", "-r", "--name-only", "ci-metrics"});
  EXPECT_THAT(files, testing::MatchesRegex("(records/2026-11-21/[-0-9a-f]*.json\n){2}"));
  EXPECT_EQ(git(place_->origin(), {"rev-list", "--count", "ci-metrics"}), "2\n") << "no commit of main below";
}

TEST_F(GitHistory, TheSameRecordOnceMoreIsNoCommit) {
  const auto document = Sample{}.document();
  ASSERT_TRUE(place_->store()->put(document));
  ASSERT_TRUE(place_->store()->put(document));
  EXPECT_EQ(git(place_->origin(), {"rev-list", "--count", "ci-metrics"}), "1\n");
}

TEST_F(GitHistory, ManyRecordsAreOneCommit) {
  ASSERT_TRUE(place_->store()->put_all({Sample{}.document(), Sample{.run_id = "2"}.document()}));
  EXPECT_EQ(git(place_->origin(), {"rev-list", "--count", "ci-metrics"}), "1\n");
  EXPECT_THAT(place_->store()->rows({}).value(), SizeIs(2));
}

TEST_F(GitHistory, AfterPruneTheBranchHasTheDaysAndNoIndex) {
  ASSERT_TRUE(place_->store()->put(Sample{.started_at = noon(60)}.document()));
  ASSERT_TRUE(place_->store()->put(Sample{.run_id = "now"}.document()));
  const auto store = place_->store();
  EXPECT_THAT(store->rows({}).value(), SizeIs(2));
  EXPECT_EQ(store->prune(noon(), {30, 1}).value(), 1U);
  EXPECT_THAT(store->rows({}).value(), SizeIs(1));
  const auto files = git(place_->origin(), {"ls-tree", "-r", "--name-only", "ci-metrics"});
  EXPECT_THAT(files, testing::MatchesRegex("days/2026-09-22.json\nrecords/2026-11-21/[-0-9a-f]*.json\n"));
}

TEST_F(GitHistory, AServerThatIsGoneIsUnavailable) {
  fs::rename(place_->origin(), place_->origin().string() + ".away");
  EXPECT_EQ(error_of_put().kind, base::ErrorKind::unavailable);
  EXPECT_FALSE(place_->store()->rows({}));
  fs::rename(place_->origin().string() + ".away", place_->origin());
  EXPECT_TRUE(place_->store()->put(Sample{}.document()));
}

TEST_F(GitHistory, AServerThatRefusesIsAPermission) {
  const auto hook = place_->origin() / "hooks/pre-receive";
  fs::create_directories(hook.parent_path());
  std::ofstream(hook) << "#!/bin/sh\necho 'branch is protected' >&2\nexit 1\n";
  ::chmod(hook.c_str(), 0755);
  const auto error = error_of_put();
  EXPECT_EQ(error.kind, base::ErrorKind::permission);
  EXPECT_THAT(error.hint, HasSubstr("contents: write"));
  EXPECT_THAT(place_->store()->rows({}).value(), IsEmpty());
}

constexpr int kNotPossible = 77;  // the exit code of a child that may not mount

// A disk of 512 KiB for one child process.
class SmallDisk {
 public:
  // Mounts it on `folder`, which must exist, for this process and its children only.
  static bool mount(const fs::path& folder) {
    return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           ::mount("none", folder.c_str(), "tmpfs", 0, "size=512k") == 0;
  }
  explicit SmallDisk(const fs::path& folder) : filler_(folder / "filler") {}
  void leave_free(std::uintmax_t pages) const {
    make_room();
    const auto page = static_cast<std::uintmax_t>(::sysconf(_SC_PAGESIZE));
    const auto free = fs::space(filler_.parent_path()).available;
    std::ofstream(filler_) << std::string(free - std::min(free, pages * page), 'x');
    EXPECT_EQ(fs::space(filler_.parent_path()).available, pages * page);
  }
  void make_room() const {
    std::error_code error;
    fs::remove(filler_, error);
  }

 private:
  const fs::path filler_;
};

// Runs `check` in a process of its own. Returns its exit code: 0 when none of its expectations failed.
int in_a_process(const std::function<int()>& check) {
  const pid_t process = ::fork();
  if (process == 0) {
    ::alarm(110);
    const int code = check();
    ::_exit(code != 0 ? code : (testing::Test::HasFailure() ? 1 : 0));
  }
  int status = 0;
  EXPECT_EQ(::waitpid(process, &status, 0), process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_F(GitHistory, AFullServerKeepsNothingByHalvesAndIsNoMatterOfPermissions) {
  const int code = in_a_process([&] {
    fs::remove_all(place_->origin());
    fs::create_directory(place_->origin());
    if (!SmallDisk::mount(place_->origin())) return kNotPossible;
    git(place_->origin(), {"init", "--quiet", "--bare", "--template=", "."});
    EXPECT_TRUE(place_->store()->put(Sample{}.document()));
    const SmallDisk disk(place_->origin());
    std::size_t kept = 1;
    for (std::uintmax_t pages = 0; pages < 10; ++pages) {  // the objects have no room, the ref has none, all have
      disk.leave_free(pages);
      const auto put = place_->store()->put(Sample{.run_id = std::to_string(pages + 2)}.document());
      if (put) {
        ++kept;
        continue;
      }
      EXPECT_EQ(put.error().kind, base::ErrorKind::unavailable) << put.error().message;
      EXPECT_THAT(put.error().message, testing::AnyOf(HasSubstr("No space left"), HasSubstr("couldn't write")));
      EXPECT_THAT(put.error().hint, IsEmpty());
    }
    EXPECT_GT(kept, 1U);
    EXPECT_LT(kept, 9U);
    EXPECT_THAT(place_->store()->rows({}).value(), SizeIs(kept)) << "a full disk can be read";
    disk.make_room();
    git(place_->origin(), {"fsck", "--strict"});
    EXPECT_TRUE(place_->store()->put(Sample{.run_id = "last"}.document()));
    EXPECT_THAT(place_->store()->rows({}).value(), SizeIs(kept + 1));
    return 0;
  });
  if (code == kNotPossible) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(code, 0);
}

TEST_F(GitHistory, AFullTemporaryFolderSendsNothingByHalves) {
  const auto here = place_->clone().parent_path() / "tmp";
  fs::create_directory(here);
  ASSERT_TRUE(place_->store()->put(Sample{}.document()));
  const int code = in_a_process([&] {
    if (!SmallDisk::mount(here)) return kNotPossible;
    ::setenv("TMPDIR", here.c_str(), 1);
    const SmallDisk disk(here);
    std::size_t refused = 0;
    bool has_room = false;
    for (std::uintmax_t pages = 0; !has_room && pages < 80; pages += 2) {
      disk.leave_free(pages);
      const auto put = place_->store()->put(Sample{.run_id = "2"}.document());
      has_room = put.has_value();
      if (has_room) continue;
      ++refused;
      EXPECT_EQ(put.error().kind, base::ErrorKind::io) << put.error().message;
      EXPECT_THAT(put.error().hint, IsEmpty());
    }
    EXPECT_GT(refused, 3U);
    EXPECT_TRUE(has_room);
    disk.make_room();
    EXPECT_TRUE(fs::is_empty(here)) << "nothing is left behind";
    EXPECT_THAT(place_->store()->rows({}).value(), SizeIs(2));
    return 0;
  });
  if (code == kNotPossible) GTEST_SKIP() << "mounting needs root";
  EXPECT_EQ(code, 0);
  git(place_->origin(), {"fsck", "--strict"});
}

TEST_F(GitHistory, AServerThatNeverAnswersIsLeftAtTheDeadline) {
  set_origin("ssh://nobody@127.0.0.1/x");
  git(place_->clone(), {"config", "core.sshCommand", "sleep 60;:"});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(error_of_put(std::chrono::seconds(1)).kind, base::ErrorKind::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(GitHistory, NoMessageShowsThePasswordOfTheRemote) {
  set_origin("http://user:secret-word@127.0.0.1:1/x.git");
  const auto error = error_of_put();
  EXPECT_THAT(error.message, HasSubstr("127.0.0.1"));
  EXPECT_THAT(error.message, Not(HasSubstr("secret-word")));
}

TEST_F(GitHistory, AFolderWithoutARemoteIsTold) {
  git(place_->clone(), {"remote", "remove", "origin"});
  const auto error = error_of_put();
  EXPECT_EQ(error.kind, base::ErrorKind::environment);
  EXPECT_THAT(error.message, HasSubstr("No such remote"));
}

TEST(GitBranch, MayBeAnythingThatGitTakesButNoOption) {
  for (const char* name : {"ci-metrics", "metrics/ci", "v1.x", "a"})
    EXPECT_TRUE(history_store::is_branch(name)) << name;
  for (const char* name : {"", "-f", "a..b", "/a", "a/", "a//b", ".a", "a.", "a.lock", "a b", "a:b", "a@{1}", "a~1",
                           "a^", "a\nb", "--upload-pack=x", "refs/heads/a.lock/b"})
    EXPECT_FALSE(history_store::is_branch(name)) << name;
}

}  // namespace
}  // namespace ci::test
