#include "platform/become.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "platform/file_descriptor.hpp"
#include "platform/output_reader.hpp"

namespace ci::platform {
namespace {

struct Ended {
  int code;
  std::string status;  // what came through the status pipe
};

// Runs `script` in a child that becomes sh, with a status pipe as its standard input.
Ended become_shell(const char* script, Sync sync) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDIN_FILENO);
    (void)become({"sh", "-c", script}, sync);
    ::_exit(99);
  }
  ::close(ends[1]);
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  OutputReader reader((FileDescriptor(ends[0])), {});
  reader.read_available();
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, reader.finish()};
}

// dd cannot sync a pipe (EINVAL), unless syncing does nothing.
constexpr const char* kSyncSucceeds = "dd if=/dev/zero bs=1 count=1 conv=fsync of=/dev/fd/3 2>/dev/null";

TEST(Become, GivesTheToolAStatusPipeAnEmptyInputAndAUsualUmask) {
  const auto before = ::umask(077);
  const auto ended = become_shell("cat; umask >&3; exit 7", Sync::real);
  ::umask(before);
  EXPECT_EQ(ended.code, 7);
  EXPECT_EQ(ended.status, "0022\n");
}

TEST(Become, LeavesSyncsRealUnlessTold) {
  EXPECT_NE(become_shell(kSyncSucceeds, Sync::real).code, 0);
}

TEST(Become, SuppressesSyncsForTheToolAndItsChildren) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs CAP_SYS_ADMIN";
  EXPECT_EQ(become_shell(kSyncSucceeds, Sync::suppressed).code, 0);
  EXPECT_EQ(become_shell("sync; sh -c 'dd if=/dev/zero bs=1 count=1 conv=fsync of=/dev/fd/3 2>/dev/null'; exit $?",
                         Sync::suppressed)
                .code,
            0);
}

TEST(Become, SaysThatTheToolIsNotThere) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto error = become({"no-such-program-here"}, Sync::real);
    ::_exit(error.kind == base::ErrorKind::environment ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace ci::platform
