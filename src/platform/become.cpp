#include "platform/become.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <filesystem>

#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "no seccomp architecture for this machine"
#endif

// Returns whether the filter is in force.
bool suppress_sync() {
  // A system call that is refused with error 0 returns 0: success, without having been done.
  constexpr unsigned kSuccess = SECCOMP_RET_ERRNO | 0U;
  constexpr int kCalls[] = {SYS_fsync, SYS_fdatasync, SYS_sync, SYS_syncfs, SYS_sync_file_range, SYS_msync};
  constexpr auto kCount = static_cast<unsigned char>(std::size(kCalls));

  std::vector<sock_filter> program;
  const auto load = [&](std::size_t offset) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)));
  };
  load(offsetof(seccomp_data, arch));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  load(offsetof(seccomp_data, nr));
  for (unsigned char i = 0; i < kCount; ++i) {
    const auto to_success = static_cast<unsigned char>(kCount - i);
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(kCalls[i]), to_success, 0));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, kSuccess));

  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  // No PR_SET_NO_NEW_PRIVS: it would take set-user-id programs away from maintainer scripts and the services they
  // start.
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

}  // namespace

base::Error become(const std::vector<std::string>& argv, Sync sync) {
  if (argv.empty()) return {base::ErrorKind::usage, "no command to become", {}};
  if (dup2(STDIN_FILENO, kStatusDescriptor) < 0) return system_error("cannot move the status pipe", errno);
  const int empty = open("/dev/null", O_RDONLY);
  if (empty < 0 || dup2(empty, STDIN_FILENO) < 0) return system_error("cannot open /dev/null", errno);
  if (empty != STDIN_FILENO) close(empty);
  umask(S_IWGRP | S_IWOTH);
  if (sync == Sync::suppressed) suppress_sync();

  std::vector<char*> pointers;
  for (const auto& argument : argv) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  const int number = errno;
  auto error = system_error("cannot run", argv[0], number);
  if (number == ENOENT) error.kind = base::ErrorKind::environment;
  return error;
}

base::Result<std::string> own_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    return base::fail(base::ErrorKind::io, "cannot tell where this program lies: " + error.message(), "mount /proc");
  return path.string();
}

}  // namespace ci::platform
