#include "platform/become.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "platform/suppressed_calls.hpp"
#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

constexpr int kSyncCalls[] = {SYS_fsync, SYS_fdatasync, SYS_sync, SYS_syncfs, SYS_sync_file_range, SYS_msync};

}  // namespace

base::Error become(const std::vector<std::string>& argv, Sync sync) {
  if (argv.empty()) return {base::ErrorKind::usage, "no command to become", {}};
  if (dup2(STDIN_FILENO, kStatusDescriptor) < 0) return system_error("cannot move the status pipe", errno);
  const int empty = open("/dev/null", O_RDONLY);
  if (empty < 0 || dup2(empty, STDIN_FILENO) < 0) return system_error("cannot open /dev/null", errno);
  if (empty != STDIN_FILENO) close(empty);
  umask(S_IWGRP | S_IWOTH);
  if (sync == Sync::suppressed) suppress_calls(kSyncCalls);

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
