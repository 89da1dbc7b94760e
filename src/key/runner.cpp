#include "key/runner.hpp"

#include <sys/utsname.h>

#include "base/text.hpp"
#include "platform/filesystem.hpp"

namespace ci::key {
namespace {

// os-release(5): the second where the first is not there, or is a link that leads out of `root`.
std::string os_release(const std::filesystem::path& root) {
  for (const char* file : {"etc/os-release", "usr/lib/os-release"}) {
    if (const auto text = platform::read_file(root / file); text && !text->empty()) return *text;
  }
  return "";
}

std::string architecture() {
  utsname name{};
  if (::uname(&name) != 0) return "unknown";
  const std::string machine = name.machine;
  if (machine == "x86_64") return "x64";
  if (machine == "aarch64") return "arm64";
  return machine;
}

}  // namespace

Runner read_runner(const platform::Environment& environment, const std::filesystem::path& root) {
  Runner runner;
  runner.os = release_of(os_release(root));
  runner.image = environment.get("ImageOS");
  runner.image_version = environment.get("ImageVersion");
  runner.architecture = architecture();
  return runner;
}

std::string release_of(std::string_view os_release) {
  std::string id = "linux", version;
  for (const auto& line : base::split(os_release, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    auto value = base::replace_all(base::trim(line.substr(equals + 1)), "\"", "");
    value = base::replace_all(value, "'", "");
    if (line.starts_with("ID=")) id = value;
    if (line.starts_with("VERSION_ID=")) version = value;
  }
  return version.empty() ? id : id + " " + version;
}

}  // namespace ci::key
