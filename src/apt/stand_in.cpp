#include "apt/stand_in.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "apt/dpkg_deb_service.hpp"
#include "base/text.hpp"
#include "platform/suppressed_calls.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr int kNotFound = 127;  // as a shell says it
constexpr int kSleepCalls[] = {SYS_nanosleep, SYS_clock_nanosleep};

}  // namespace

base::Result<void> add_stand_in(const fs::path& folder, const fs::path& program, const std::string& name) {
  std::error_code error;
  fs::create_symlink(program, folder / name, error);
  if (error) return base::fail(base::ErrorKind::io, "cannot make a link in " + folder.string());
  return {};
}

bool is_stand_in(const std::string& name, const platform::Environment& environment) {
  const auto program = fs::path(name).filename();
  return (program == kDpkgDeb || program == kFcCache) && !environment.get(kStandInVariable).empty();
}

int stand_in(const std::string& name, const std::vector<std::string>& arguments,
             const platform::Environment& environment) {
  if (fs::path(name).filename() == kDpkgDeb) return stand_in_for_dpkg_deb(arguments, environment);
  platform::suppress_calls(kSleepCalls);
  return become_real(kFcCache, arguments, environment);
}

int become_real(const std::string& name, const std::vector<std::string>& arguments,
                const platform::Environment& environment) {
  const fs::path folder = environment.get(kStandInVariable);
  std::vector<char*> argv = {const_cast<char*>(name.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  auto places = base::split(environment.get("PATH"), ':');
  places.emplace_back("/usr/bin");
  for (const auto& place : places) {
    if (place.empty() || fs::path(place) == folder) continue;
    ::execv((fs::path(place) / name).c_str(), argv.data());
  }
  std::fprintf(stderr, "ci-optimizer: error: %s is not in PATH\n", name.c_str());
  return kNotFound;
}

}  // namespace ci::apt
