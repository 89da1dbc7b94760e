#include "golang/go_tool.hpp"

#include <fmt/format.h>

#include <array>

#include "base/json.hpp"
#include "base/text.hpp"
#include "platform/filesystem.hpp"

namespace ci::golang {
namespace {

constexpr auto kGoAnswers = std::chrono::seconds(20);
constexpr auto kCompilerAnswers = std::chrono::seconds(10);

constexpr std::array kAsked = {"GOVERSION",    "GOOS",         "GOARCH",     "GO386",       "GOAMD64",    "GOARM",
                               "GOARM64",      "GOMIPS",       "GOMIPS64",   "GOPPC64",     "GORISCV64",  "GOWASM",
                               "GOEXPERIMENT", "GOFIPS140",    "GODEBUG",    "GOFLAGS",     "GOWORK",     "GOENV",
                               "CGO_ENABLED",  "CC",           "CXX",        "FC",          "AR",         "CGO_CFLAGS",
                               "CGO_CPPFLAGS", "CGO_CXXFLAGS", "CGO_FFLAGS", "CGO_LDFLAGS", "PKG_CONFIG", "GOCACHE",
                               "GOMODCACHE",   "GOROOT"};

// GOTOOLCHAIN: the environment's, else the line of the file that `go env -w` writes.
std::string wanted_toolchain(const std::string& settings_file, const platform::Environment& environment) {
  if (auto value = environment.get("GOTOOLCHAIN"); !value.empty()) return value;
  if (settings_file.empty() || settings_file == "off") return "";
  constexpr std::string_view kName = "GOTOOLCHAIN=";
  constexpr std::size_t kLongest = std::size_t{1} << 20;
  for (const auto& line : base::split(platform::read_file(settings_file, kLongest).value_or(""), '\n')) {
    if (line.starts_with(kName)) return std::string(base::trim(line.substr(kName.size())));
  }
  return "";
}

}  // namespace

const std::string& GoTool::get(const std::string& name) const {
  static const std::string kNone;
  const auto found = env.find(name);
  return found == env.end() ? kNone : found->second;
}

base::Result<GoTool> ask_go(const std::filesystem::path& folder, const platform::Platform& platform) {
  const char* const hint = "install Go before this step, for instance with actions/setup-go";
  platform::Command command;
  command.argv = {"go", "env", "-json"};
  command.argv.insert(command.argv.end(), kAsked.begin(), kAsked.end());
  command.directory = folder.string();
  command.environment = {{"GOTOOLCHAIN", "local"}};
  command.timeout = kGoAnswers;
  const auto outcome = platform.processes.run(command);
  if (!outcome) return base::fail(base::ErrorKind::environment, "no Go toolchain: " + outcome.error().message, hint);
  if (!outcome->succeeded()) {
    const auto said = base::trim(outcome->err);
    return base::fail(
        outcome->end == platform::End::timed_out ? base::ErrorKind::timeout : base::ErrorKind::environment,
        fmt::format("go env: {}{}{}", outcome->describe(), said.empty() ? "" : ": ", said));
  }
  const auto json = base::parse_json(outcome->out);
  if (!json) return base::fail(base::ErrorKind::environment, "go env: " + json.error().message);
  GoTool tool;
  for (const auto& [name, value] : json->members()) tool.env[name] = value.as_string();
  if (tool.get("GOVERSION").empty()) {
    return base::fail(base::ErrorKind::environment, "go env does not tell GOVERSION: this Go is older than 1.16", hint);
  }
  tool.wanted = wanted_toolchain(tool.get("GOENV"), platform.environment);
  return tool;
}

std::string compiler_version(const std::string& compiler, const platform::Platform& platform) {
  platform::Command command;
  command.argv = base::words(compiler);
  if (command.argv.empty()) return "";
  command.argv.emplace_back("--version");
  command.timeout = kCompilerAnswers;
  const auto outcome = platform.processes.run(command);
  if (!outcome || !outcome->succeeded()) return "";
  return base::split(outcome->out, '\n').front();
}

}  // namespace ci::golang
