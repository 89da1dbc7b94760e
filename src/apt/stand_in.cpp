#include "apt/stand_in.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "apt/ca_certificates.hpp"
#include "base/text.hpp"
#include "platform/filesystem.hpp"
#include "platform/process_runner.hpp"
#include "platform/signal_cancellation.hpp"
#include "platform/suppressed_calls.hpp"
#include "platform/system_clock.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kFcCache[] = "fc-cache";
constexpr char kUpdateCaCertificates[] = "update-ca-certificates";
constexpr int kNotFound = 127;  // as a shell says it
constexpr int kSleepCalls[] = {SYS_nanosleep, SYS_clock_nanosleep};

// The first program of that name in PATH outside of the stand-ins' folder; empty when there is none.
fs::path real_program(const std::string& name, const platform::Environment& environment) {
  const fs::path folder = environment.get(kStandInVariable);
  auto places = base::split(environment.get("PATH"), ':');
  places.insert(places.end(), {"/usr/sbin", "/usr/bin"});
  for (const auto& place : places) {
    if (place.empty() || fs::path(place) == folder) continue;
    if (const fs::path program = fs::path(place) / name; ::access(program.c_str(), X_OK) == 0) return program;
  }
  return {};
}

// Replaces this process by the real program. Returns an exit code when there is none.
int become_real(const std::string& name, const fs::path& program, const std::vector<std::string>& arguments) {
  std::vector<char*> argv = {const_cast<char*>(name.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  std::fprintf(stderr, "ci-optimizer: error: %s is not in PATH\n", name.c_str());
  return kNotFound;
}

// The update as the script would do it, where that is known; its exit code.
std::optional<int> update_certificates(const fs::path& script, const std::vector<std::string>& arguments) {
  CaCertificateFiles files;
  if (arguments == std::vector<std::string>{"--hooksdir", ""}) {
    files.hooks.clear();
  } else if (!arguments.empty()) {
    return std::nullopt;
  }
  const auto text = platform::read_file(script);
  if (!text || !is_known_update_of_certificates(*text)) return std::nullopt;
  const auto update = CaCertificateUpdate::plan(files);
  if (!update) return std::nullopt;
  const platform::SignalCancellation cancellation;
  const platform::SystemClock clock(cancellation);
  platform::SystemProcessRunner processes(clock, cancellation);
  return update->carry_out(processes);
}

}  // namespace

base::Result<void> add_stand_ins(const fs::path& folder, const fs::path& program) {
  for (const char* name : {kFcCache, kUpdateCaCertificates}) {
    std::error_code error;
    fs::create_symlink(program, folder / name, error);
    if (error) return base::fail(base::ErrorKind::io, "cannot make a link in " + folder.string());
  }
  return {};
}

std::optional<int> run_stand_in(const std::string& name, const std::vector<std::string>& arguments,
                                const platform::Environment& environment) {
  const std::string known = fs::path(name).filename();
  if (environment.get(kStandInVariable).empty()) return std::nullopt;
  if (known != kFcCache && known != kUpdateCaCertificates) return std::nullopt;
  const auto program = real_program(known, environment);
  if (known == kUpdateCaCertificates) {
    if (const auto code = update_certificates(program, arguments)) return code;
  } else {
    platform::suppress_calls(kSleepCalls);
  }
  return become_real(known, program, arguments);
}

}  // namespace ci::apt
