#include "apt/fc_cache.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "base/text.hpp"
#include "platform/suppressed_calls.hpp"

namespace ci::apt {
namespace {

namespace fs = std::filesystem;

constexpr char kFcCache[] = "fc-cache";
constexpr int kNotFound = 127;  // as a shell says it
constexpr int kSleepCalls[] = {SYS_nanosleep, SYS_clock_nanosleep};

}  // namespace

base::Result<void> add_fc_cache(const fs::path& folder, const fs::path& program) {
  std::error_code error;
  fs::create_symlink(program, folder / kFcCache, error);
  if (error) return base::fail(base::ErrorKind::io, "cannot make a link in " + folder.string());
  return {};
}

bool is_fc_cache(const std::string& name, const platform::Environment& environment) {
  return fs::path(name).filename() == kFcCache && !environment.get(kStandInVariable).empty();
}

int become_fc_cache(const std::vector<std::string>& arguments, const platform::Environment& environment) {
  platform::suppress_calls(kSleepCalls);
  const fs::path folder = environment.get(kStandInVariable);
  std::vector<char*> argv = {const_cast<char*>(kFcCache)};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  auto places = base::split(environment.get("PATH"), ':');
  places.emplace_back("/usr/bin");
  for (const auto& place : places) {
    if (place.empty() || fs::path(place) == folder) continue;
    ::execv((fs::path(place) / kFcCache).c_str(), argv.data());
  }
  std::fprintf(stderr, "ci-optimizer: error: %s is not in PATH\n", kFcCache);
  return kNotFound;
}

}  // namespace ci::apt
