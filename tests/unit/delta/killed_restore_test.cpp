// A restore that is killed before any of its changes, and what is made of it before packages are installed another way.
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>
#include <map>

#include "archive/byte_stream.hpp"
#include "delta/capture.hpp"
#include "delta/exactness.hpp"
#include "delta/restore.hpp"
#include "delta/tree.hpp"
#include "delta/unfinished_restore.hpp"
#include "fakes/memory_sink.hpp"

namespace {

namespace fs = std::filesystem;
using namespace ci;
using namespace ci::delta;
using ci::test::MemorySink;
using ci::test::Tree;

constexpr char kRootUser[] = "root:x:0:0:root:/root:/bin/sh\n";
constexpr char kRootGroup[] = "root:x:0:\nadm:x:4:\n";
const RestoreRequest kRequest{"base", {"tool"}, "apt-1-tool", base::TimePoint(std::chrono::seconds(1'700'000'000))};

void make_base(const Tree& tree) {
  tree.write("/etc/passwd", kRootUser);
  tree.write("/etc/passwd-", kRootUser);
  tree.write("/etc/group", kRootGroup);
  tree.write("/etc/shadow", "root:*:1:::::::\n");
  tree.write("/etc/gshadow", "root:*::\nadm:*::\n");
  tree.write("/etc/old.conf", "1");
  tree.write("/usr/share/old/more/deep", "old");
  tree.folder("/usr/share/bug");
  tree.write("/usr/share/grows", "a file");
  tree.write("/usr/share/tool", "1");
  tree.link("old", "/usr/share/current");
  tree.write("/var/lib/dpkg/info/old.list", "/usr/share/old/more/deep\n");
  tree.write("/var/lib/dpkg/info/tool.list", "/usr/share/tool\n");
  tree.write("/var/lib/dpkg/statoverride", "");
}

// All that an installation does to what is there: users, upgrades, removals, and a change of type in each direction.
void install(const Tree& tree) {
  tree.write("/etc/passwd", std::string(kRootUser) + "tool:x:100:101::/:/bin/false\n");
  tree.write("/etc/group", std::string("root:x:0:\nadm:x:4:tool\n") + "tool:x:101:\n");
  tree.write("/etc/group-", std::string(kRootGroup) + "tool:x:101:\n");
  tree.write("/etc/shadow", "root:*:1:::::::\ntool:!:2::::::\n");
  tree.write("/etc/gshadow", "root:*::\nadm:*::tool\ntool:!::\n");
  tree.remove("/etc/old.conf");
  tree.remove("/usr/share/old");
  tree.remove("/usr/share/bug");
  tree.link("doc", "/usr/share/bug");
  tree.remove("/usr/share/grows");
  tree.write("/usr/share/grows/up", "into a folder");
  tree.remove("/usr/share/current");
  tree.link("new", "/usr/share/current");
  tree.write("/usr/share/tool", "2");
  fs::create_hard_link(tree.at("/usr/share/tool"), tree.at("/usr/share/same-tool"));
  tree.write("/usr/bin/tool", "the tool");
  tree.remove("/var/lib/dpkg/info/old.list");
  tree.write("/var/lib/dpkg/info/tool.list", "/usr/bin/tool\n/usr/share/tool\n");
  tree.write("/var/lib/dpkg/info/tool.postinst", "#!/bin/sh\n");
  tree.write("/var/lib/dpkg/statoverride", "tool adm 4750 /usr/bin/tool\n");
  tree.write("/var/lib/dpkg/status",
             "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
             "Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n");
}

std::string captured() {
  const Tree tree;
  make_base(tree);
  const auto snapshot = tree.snapshot();
  install(tree);
  const auto changes = changes_since(snapshot);
  EXPECT_TRUE(changes) << changes.error().message;
  MemorySink sink;
  const auto written = capture(tree.root(), *changes, {"base", 21.5}, 1, sink);
  EXPECT_TRUE(written) << written.error().message;
  return sink.contents;
}

base::Result<Restored> restored(const Tree& tree, const std::string& archive) {
  archive::MemorySource source(archive);
  return restore(tree.root(), kRequest, source);
}

// Everything below the root, but for the marks: path -> mode, and contents or target.
std::map<std::string, std::string> all_of(const Tree& tree) {
  std::map<std::string, std::string> all;
  for (fs::recursive_directory_iterator entry(tree.root()), end; entry != end; ++entry) {
    if (entry->path().filename().string().starts_with("ci-optimizer-")) {
      entry.disable_recursion_pending();
      continue;
    }
    const auto status = entry->symlink_status();
    std::string what = std::to_string(static_cast<unsigned>(status.permissions())) + " ";
    if (fs::is_symlink(status)) what += "-> " + fs::read_symlink(entry->path()).string();
    if (fs::is_regular_file(status)) what += platform::read_file(entry->path()).value_or("cannot be read");
    all[entry->path().lexically_relative(tree.root()).string()] = what;
  }
  return all;
}

// The modification time of dpkg's folder.
fs::file_time_type status_folder_time(const Tree& tree) {
  return fs::last_write_time(tree.root() / kStatusFolder);
}

// The paths in which two trees differ, with what each has.
std::string differences(const std::map<std::string, std::string>& expected,
                        const std::map<std::string, std::string>& found) {
  std::string text;
  for (const auto& [path, what] : expected) {
    if (!found.contains(path)) text += path + " is not there\n";
    if (found.contains(path) && found.at(path) != what)
      text += path + ": " + found.at(path) + " instead of " + what + "\n";
  }
  for (const auto& [path, what] : found) {
    if (!expected.contains(path)) text += path + " is there\n";
  }
  return text;
}

// Stops the process when the end of the archive is about to be read: what was there has not been touched by then.
class StoppingSource final : public archive::ByteSource {
 public:
  explicit StoppingSource(std::string_view archive) : source_(archive), left_(archive.size() - 48) {}
  base::Result<std::size_t> read(std::span<char> buffer) override {
    if (left_ == 0 && !stopped_) {
      stopped_ = true;
      (void)::raise(SIGSTOP);
    }
    if (stopped_) return source_.read(buffer);
    const auto count = source_.read(buffer.first(std::min(buffer.size(), left_)));
    left_ -= *count;
    return count;
  }

 private:
  archive::MemorySource source_;
  std::size_t left_;
  bool stopped_ = false;
};

// Whether a system call gives or takes a name.
bool changes_names(std::uint64_t number) {
  constexpr std::array kCalls = {
#ifdef SYS_rename
      SYS_rename,   SYS_unlink,    SYS_rmdir,    SYS_mkdir,   SYS_link,   SYS_symlink,
#endif
      SYS_renameat, SYS_renameat2, SYS_unlinkat, SYS_mkdirat, SYS_linkat, SYS_symlinkat,
  };
  return std::find(std::begin(kCalls), std::end(kCalls), static_cast<long>(number)) != std::end(kCalls);
}

enum class End { killed, by_itself, not_traced };

// Restores in a process that is killed before the call number `point` that changes a name once all is verified.
End restore_killed_at(const Tree& tree, const std::string& archive, int point) {
  const auto child = ::fork();
  if (child == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(77);
    StoppingSource source(archive);
    ::_exit(restore(tree.root(), kRequest, source) ? 0 : 1);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) return End::not_traced;
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  for (int seen = 0;;) {
    ::ptrace(PTRACE_SYSCALL, child, nullptr, nullptr);
    if (::waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) break;
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
    __ptrace_syscall_info info{};
    ::ptrace(PTRACE_GET_SYSCALL_INFO, child, reinterpret_cast<void*>(sizeof info), &info);
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY || !changes_names(info.entry.nr) || seen++ != point) continue;
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    return End::killed;
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  return End::by_itself;
}

class KilledRestore : public testing::Test {
 protected:
  KilledRestore() {
    const Tree base, done;
    make_base(base);
    make_base(done);
    before_ = all_of(base);
    EXPECT_TRUE(restored(done, archive_));
    after_ = all_of(done);
    time_after_ = status_folder_time(done);
  }

  // Whether a restore was killed at `point`: then `tree` is as it left it.
  End killed_at(int point, const Tree& tree) {
    make_base(tree);
    return restore_killed_at(tree, archive_, point);
  }
  [[nodiscard]] bool is_published(const Tree& tree) const {
    return all_of(tree).at("var/lib/dpkg/status") == after_.at("var/lib/dpkg/status");
  }

  const std::string archive_ = captured();
  // Removes what killed restores have left: nothing of them is there then, or all, and no sign that they were killed.
  void expect_all_or_nothing(const Tree& tree, int point) const {
    const bool published = is_published(tree);
    EXPECT_TRUE(has_leftovers(tree.root())) << "killed at change " << point;
    for (int i = 0; i < 2; ++i) {
      const auto removed = remove_leftovers(tree.root());
      ASSERT_TRUE(removed) << removed.error().message;
      EXPECT_FALSE(has_leftovers(tree.root())) << "killed at change " << point;
      EXPECT_EQ(has_unfinished_restore(tree.root()), !published) << "killed at change " << point;
      EXPECT_EQ(differences(published ? after_ : before_, all_of(tree)), "") << "killed at change " << point;
      if (published) {
        EXPECT_EQ(status_folder_time(tree), time_after_) << "killed at change " << point;
      }
    }
  }

  std::map<std::string, std::string> before_, after_;
  fs::file_time_type time_after_;
};

TEST_F(KilledRestore, IsTakenBackOrEndedWhereverItWas) {
  int point = 0, published = 0;
  for (;; ++point) {
    const Tree tree;
    const End end = killed_at(point, tree);
    if (end == End::not_traced) GTEST_SKIP() << "processes cannot be traced here";
    if (end != End::killed) break;
    if (is_published(tree)) ++published;
    expect_all_or_nothing(tree, point);
  }
  EXPECT_GT(point, 30) << "all that changes a name is seen";
  EXPECT_GT(published, 10) << "the end of the restore too";
}

TEST_F(KilledRestore, HasItsReceiptOncePublished) {
  const auto receipts = [](const Tree& tree) { return read_receipts(tree.root()).value(); };
  int published = 0;
  for (int point = 0;; ++point) {
    const Tree tree;
    const End end = killed_at(point, tree);
    if (end == End::not_traced) GTEST_SKIP() << "processes cannot be traced here";
    if (end != End::killed) break;
    ASSERT_TRUE(remove_leftovers(tree.root()));
    if (!is_published(tree)) {
      EXPECT_TRUE(receipts(tree).empty()) << "killed at change " << point;
      continue;
    }
    ++published;
    const auto exact = compare_with_receipts(tree.root(), receipts(tree), receipt_name(kRequest.packages));
    ASSERT_TRUE(exact) << exact.error().message << ", killed at change " << point;
    EXPECT_GT(exact->compared, 10U);
    EXPECT_TRUE(exact->differing.empty()) << exact->differing.front().path << ", killed at change " << point;
  }
  EXPECT_GT(published, 10);
}

TEST_F(KilledRestore, IsEndedByTheSameRestoreWhereverItWas) {
  for (int point = 0;; ++point) {
    const Tree tree;
    const End end = killed_at(point, tree);
    if (end == End::not_traced) GTEST_SKIP() << "processes cannot be traced here";
    if (end != End::killed) break;
    const auto again = restored(tree, archive_);
    ASSERT_TRUE(again) << again.error().message << ", killed at change " << point;
    EXPECT_EQ(differences(after_, all_of(tree)), "") << "killed at change " << point;
    EXPECT_FALSE(has_unfinished_restore(tree.root())) << "killed at change " << point;
  }
}

TEST_F(KilledRestore, IsTakenBackWithAnotherThatWasKilledOverIt) {
  for (int first = 0; first < 200; first += 7) {
    const Tree tree;
    const End end = killed_at(first, tree);
    if (end == End::not_traced) GTEST_SKIP() << "processes cannot be traced here";
    if (end != End::killed) break;
    for (int second = 5; second < 30; second += 12) {
      if (restore_killed_at(tree, archive_, second) != End::killed) break;
    }
    if (!has_unfinished_restore(tree.root())) continue;
    expect_all_or_nothing(tree, first);
  }
}

TEST_F(KilledRestore, ThatIsPublishedIsNotEndedOverWhatDpkgHasDoneSince) {
  for (int point = 0;; ++point) {
    const Tree tree;
    const End end = killed_at(point, tree);
    if (end == End::not_traced) GTEST_SKIP() << "processes cannot be traced here";
    ASSERT_EQ(end, End::killed) << "none was killed after dpkg's status file was there";
    if (!is_published(tree)) continue;
    tree.write("/var/lib/dpkg/status-new",
               platform::read_file(tree.at("/var/lib/dpkg/status")).value() + "\nPackage: later\n");
    tree.move("/var/lib/dpkg/status-new", "/var/lib/dpkg/status");
    const auto later = all_of(tree);
    const auto time = status_folder_time(tree);
    ASSERT_TRUE(remove_leftovers(tree.root()));
    EXPECT_EQ(differences(later, all_of(tree)), "");
    EXPECT_GE(status_folder_time(tree), time);
    EXPECT_FALSE(has_leftovers(tree.root()));
    EXPECT_TRUE(has_unfinished_restore(tree.root())) << "nobody knows any more whether it came to its end";
    break;
  }
}

TEST_F(KilledRestore, LeavesAloneWhatSomebodyChangedSince) {
  for (int point = 0;; ++point) {
    const Tree tree;
    const End end = killed_at(point, tree);
    if (end == End::not_traced) GTEST_SKIP() << "processes cannot be traced here";
    if (end != End::killed || is_published(tree)) break;
    tree.write("/usr/share/tool", "mine");
    ASSERT_TRUE(remove_leftovers(tree.root()));
    auto expected = before_;
    expected["usr/share/tool"].replace(expected["usr/share/tool"].find(' ') + 1, std::string::npos, "mine");
    EXPECT_EQ(differences(expected, all_of(tree)), "") << "killed at change " << point;
  }
}

}  // namespace
