#include "archive/confined_folder.hpp"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>

#include "tree.hpp"

namespace ci::archive {
namespace {

int error_of(const ConfinedFolder& folder, std::string_view path) {
  const auto opened = folder.open_folder(path);
  return opened ? 0 : opened.error();
}

// What must hold whichever way folders are opened; returns the first thing that does not.
std::string broken_promise(const Tree& tree) {
  const auto folder = ConfinedFolder::open(tree.at("root"));
  if (!folder) return "the root";
  if (error_of(*folder, "") != 0 || error_of(*folder, "a/b/c") != 0) return "folders below";
  if (error_of(*folder, "a/none") != ENOENT) return "what is not there";
  if (error_of(*folder, "a/file") == 0) return "a file";
  for (const char* path : {"out", "out/secret", "a/in", "a/in/c", "..", "a/../..", "a/b/../../.."}) {
    if (error_of(*folder, path) == 0) return path;
  }
  return "";
}

void fill(const Tree& tree) {
  tree.folder("root/a/b/c");
  tree.folder("outside/secret");
  tree.file("root/a/file", "x");
  tree.symlink("../outside", "root/out");
  tree.symlink("b", "root/a/in");
}

// Makes openat2 fail as on a kernel that lacks it, for the rest of this process.
bool without_openat2() {
  std::array<sock_filter, 4> filter{{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                                     BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
                                     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
                                     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}};
  const sock_fprog program{.len = filter.size(), .filter = filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 &&
         ::syscall(SYS_openat2, AT_FDCWD, "/", nullptr, 0) == -1 && errno == ENOSYS;
}

TEST(ConfinedFolder, FollowsNoLinkAndLeavesByNoPath) {
  const Tree tree;
  fill(tree);
  EXPECT_EQ(broken_promise(tree), "");
}

TEST(ConfinedFolder, DoesTheSameWithoutOpenat2) {
  const Tree tree;
  fill(tree);
  const Tree after;
  const auto archive = archived({{"root", tree.at("root"), *list_tree(tree.at("root"), {""}), {}}});
  const pid_t child = ::fork();
  if (child == 0) {
    if (!without_openat2()) ::_exit(2);
    const std::string broken = broken_promise(tree);
    const auto summary = extracted(*archive, {after.target()});
    fmt::print(stderr, "{}", broken);
    ::_exit(broken.empty() && summary ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(*platform::read_file(after.at("a/file")), "x");
}

}  // namespace
}  // namespace ci::archive
