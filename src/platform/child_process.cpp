#include "platform/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/text.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/system_environment.hpp"
#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

using base::ErrorKind;
using base::fail;

// What the child tells when it could not become the program.
struct ExecFailure {
  enum class Step : int { directory, program } step;
  int error;
};

// Everything that the child needs, made before the fork: after it, only async-signal-safe functions may be called.
struct Prepared {
  const char* program;
  char* const* argv;
  char* const* environment;
  const char* directory;  // nullptr = stay
  std::array<int, 3> standard;
  int report;
};

[[noreturn]] void give_up(const Prepared& prepared, ExecFailure::Step step) {
  const ExecFailure failure{step, errno};
  [[maybe_unused]] const auto written = ::write(prepared.report, &failure, sizeof failure);
  ::_exit(127);
}

[[noreturn]] void become_program(const Prepared& prepared) {
  ::setsid();
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  for (int target = 0; target < 3; ++target) ::dup2(prepared.standard[static_cast<std::size_t>(target)], target);
  // Also what libraries opened without O_CLOEXEC; kernels before 5.11 leave those open.
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  if (prepared.directory != nullptr && ::chdir(prepared.directory) != 0) {
    give_up(prepared, ExecFailure::Step::directory);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(prepared.program, prepared.argv, prepared.environment);
  give_up(prepared, ExecFailure::Step::program);
}

tl::unexpected<base::Error> explain(const ExecFailure& failure, const ChildSpec& spec) {
  if (failure.step == ExecFailure::Step::directory) {
    return fail(system_error("cannot enter folder", spec.directory, failure.error));
  }
  auto error = system_error("cannot run", spec.argv.front(), failure.error);
  const bool absent = failure.error == ENOENT || failure.error == ENOTDIR || failure.error == ENOEXEC;
  if (absent) error.kind = ErrorKind::environment;
  return fail(std::move(error));
}

// A duplicate above the standard descriptors, so that dup2 onto 0, 1 and 2 overwrites nothing that is still needed.
FileDescriptor high_duplicate(int descriptor) {
  if (descriptor >= 0) return FileDescriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 3));
  const FileDescriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  return FileDescriptor(::fcntl(null.get(), F_DUPFD_CLOEXEC, 3));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

std::map<std::string, std::string> inherited_environment() {
  return SystemEnvironment().all();
}

base::Result<std::string> find_program(const std::string& name, std::string_view path) {
  if (name.find('/') != std::string::npos) return name;
  if (path.empty()) path = "/usr/local/bin:/usr/bin:/bin";
  bool forbidden = false;
  for (const auto& folder : base::split(path, ':')) {
    if (name.empty()) break;
    std::error_code error;
    const auto file = std::filesystem::absolute(folder.empty() ? "." : folder, error) / name;
    if (!std::filesystem::is_regular_file(file, error)) continue;
    if (::faccessat(AT_FDCWD, file.c_str(), X_OK, AT_EACCESS) == 0) return file.string();
    forbidden = true;
  }
  if (forbidden) return fail(system_error("cannot run", name, EACCES));
  return fail(ErrorKind::environment, fmt::format("cannot run {}: not found in PATH", name));
}

base::Result<pid_t> spawn_child(const ChildSpec& spec) {
  if (spec.argv.empty()) return fail(ErrorKind::bug, "cannot run a command without a name");
  const auto path = spec.environment.find("PATH");
  const auto program = find_program(spec.argv.front(), path != spec.environment.end() ? path->second : "");
  if (!program) return fail(program.error());

  std::vector<std::string> argv = spec.argv, variables;
  for (const auto& [name, value] : spec.environment) variables.push_back(fmt::format("{}={}", name, value));
  const auto argv_list = pointers(argv), variable_list = pointers(variables);
  const std::array<FileDescriptor, 3> standard = {high_duplicate(spec.in), high_duplicate(spec.out),
                                                  high_duplicate(spec.err)};
  std::array<int, 2> report{};
  if (!standard[0] || !standard[1] || !standard[2] || ::pipe2(report.data(), O_CLOEXEC) != 0) {
    return fail(system_error("cannot run", spec.argv.front(), errno));
  }
  const FileDescriptor report_out(report[0]);
  FileDescriptor report_in(report[1]);
  if (report_in.get() < 3) report_in.reset(::fcntl(report_in.get(), F_DUPFD_CLOEXEC, 3));

  const Prepared prepared{program->c_str(),
                          argv_list.data(),
                          variable_list.data(),
                          spec.directory.empty() ? nullptr : spec.directory.c_str(),
                          {standard[0].get(), standard[1].get(), standard[2].get()},
                          report_in.get()};
  // No signal handler of ours may run in the child before its dispositions are reset.
  sigset_t every, before;
  sigfillset(&every);
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  const pid_t pid = ::fork();
  const int fork_error = errno;
  if (pid == 0) become_program(prepared);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return fail(system_error("cannot run", spec.argv.front(), fork_error));

  report_in.reset();
  ExecFailure failure{};
  ssize_t got = 0;
  do {
    got = ::read(report_out.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return pid;
  ::waitpid(pid, nullptr, 0);
  return explain(failure, spec);
}

}  // namespace ci::platform
