#include "doctor/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "platform/cores.hpp"
#include "platform/filesystem.hpp"

namespace ci::doctor {
namespace {

namespace fs = std::filesystem;
using platform::Platform;

constexpr auto kPatience = std::chrono::seconds(10);
constexpr std::uintmax_t kGigabyte = 1'000'000'000;

MachineFact fine(std::string name, std::string state) {
  return {std::move(name), std::nullopt, std::move(state), ""};
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

base::Result<platform::Outcome> ask(const Platform& platform, std::vector<std::string> argv) {
  platform::Command command;
  command.argv = std::move(argv);
  command.timeout = kPatience;
  return platform.processes.run(command);
}

MachineFact privilege(const Platform& platform) {
  if (platform.environment.is_root()) return fine("privilege", "root");
  const auto outcome = ask(platform, {"sudo", "-n", "--", "true"});
  if (outcome && outcome->succeeded()) return fine("privilege", "sudo without a password");
  return {"privilege", Severity::warning, "neither root nor sudo without a password",
          "packages cannot be installed: run as root, or allow this user sudo without a password"};
}

MachineFact dpkg(const Platform& platform, const fs::path& root) {
  const auto has = [&](const char* tool) { return is_there(root / "usr/bin" / tool) || is_there(root / "bin" / tool); };
  if (!has("dpkg") || !has("apt-get"))
    return {"apt", Severity::warning, "no apt-get or no dpkg", "packages can be installed on Debian and Ubuntu only"};
  const auto audit = ask(platform, {"dpkg", "--audit"});
  if (!audit || !audit->succeeded())
    return {"apt", Severity::warning, "dpkg --audit fails: " + (audit ? audit->describe() : audit.error().message),
            "dpkg's database cannot be used as it is"};
  if (!base::trim(audit->out).empty())
    return {"apt", Severity::warning, "packages are installed half-way", "`dpkg --configure -a` finishes them"};
  return fine("apt", "apt-get and dpkg, nothing half-way");
}

// The newest change of a file in `folder`, if there is any that apt has fetched.
std::optional<fs::file_time_type> newest_list(const fs::path& folder) {
  std::optional<fs::file_time_type> newest;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().find("Release") == std::string::npos) continue;
    std::error_code unknown;
    const auto time = fs::last_write_time(entry->path(), unknown);
    if (!unknown && (!newest || time > *newest)) newest = time;
  }
  return newest;
}

// Seconds since `time`; negative when it is to come.
double age(const Platform& platform, fs::file_time_type time) {
  const auto system = std::chrono::file_clock::to_sys(time);
  return std::chrono::duration<double>(platform.clock.now() - system).count();
}

MachineFact lists(const Platform& platform, const fs::path& root) {
  constexpr double kDay = 86'400;
  const auto newest = newest_list(root / "var/lib/apt/lists");
  if (!newest)
    return {"package lists", Severity::note, "none", "apt-get install needs apt-get update first; our action does it"};
  const double days = age(platform, *newest) / kDay;
  if (days < 7) return fine("package lists", fmt::format("{:.1f} days old", std::max(days, 0.0)));
  return {
      "package lists", Severity::note, fmt::format("{:.0f} days old", days),
      "versions that the mirror has replaced are 404s: update them; our action does when they are older than 7 days"};
}

MachineFact man_db(const fs::path& root) {
  if (!is_there(root / "var/lib/man-db/auto-update")) return fine("manual index", "not rebuilt by installations");
  return {
      "manual index", Severity::note, "rebuilt by every installation",
      "this has taken 45 to 77 s of a job (actions/runner issue 4030); our action puts it aside on machines that are "
      "thrown away"};
}

MachineFact disk(const fs::path& root) {
  std::error_code error;
  const auto space = fs::space(root, error);
  if (error) return {"disk", Severity::note, "cannot tell: " + error.message(), ""};
  const auto state = base::human_bytes(static_cast<std::int64_t>(space.available)) + " free";
  if (space.available >= 5 * kGigabyte) return fine("disk", state);
  return {"disk", space.available < kGigabyte ? Severity::warning : Severity::note, state,
          "a cache is unpacked beside what is there; remove what the job does not need"};
}

// What the control group leaves of the cores (cpu.max of cgroup v2); nothing without a limit.
std::optional<double> quota(const fs::path& root) {
  const auto limit = platform::read_file(root / "sys/fs/cgroup/cpu.max", 1024);
  if (!limit) return std::nullopt;
  const auto fields = base::words(*limit);
  if (fields.size() != 2) return std::nullopt;
  const auto used = base::parse_number(fields[0]);
  const auto period = base::parse_number(fields[1]);
  if (!used || !period || *period <= 0) return std::nullopt;
  return *used / *period;
}

MachineFact cores(const fs::path& root) {
  const auto usable = platform::usable_cores();
  const auto limit = quota(root);
  if (!limit || *limit >= usable) return fine("cores", fmt::format("{}", usable));
  return {"cores", Severity::note, fmt::format("{} seen, {:.1f} may be used", usable, *limit),
          "tools that start a thread for each core (go build, make -j$(nproc)) start too many: set GOMAXPROCS or -j"};
}

MachineFact clock(const Platform& platform, const fs::path& root) {
  constexpr double kTolerance = 600;  // seconds
  std::error_code error;
  const auto status = fs::last_write_time(root / "var/lib/dpkg/status", error);
  if (error || age(platform, status) > -kTolerance) return fine("clock", base::to_rfc3339(platform.clock.now()));
  return {"clock", Severity::warning, base::to_rfc3339(platform.clock.now()) + ", earlier than dpkg's last change",
          "certificates and package lists are refused as not yet valid: set the clock"};
}

MachineFact services(const fs::path& root) {
  if (is_there(root / "run/systemd/system")) return fine("services", "systemd runs");
  const bool container = is_there(root / ".dockerenv") || is_there(root / "run/.containerenv");
  return {"services", Severity::note, container ? "a container without systemd" : "no systemd",
          "services of packages that are installed do not start"};
}

MachineFact cache_service(const platform::Environment& environment) {
  if (environment.get("GITHUB_ACTIONS") != "true") return fine("cache service", "none outside of GitHub Actions");
  const bool address = !environment.get("ACTIONS_RESULTS_URL").empty() || !environment.get("ACTIONS_CACHE_URL").empty();
  if (address && !environment.get("ACTIONS_RUNTIME_TOKEN").empty())
    return fine("cache service", "address and token given");
  return {
      "cache service", Severity::note, "no address or token in this step",
      "the runner gives them to JavaScript and container actions only; our action hands them to this program alone"};
}

MachineFact tool(const Platform& platform, const std::string& name, const std::string& without) {
  const auto outcome = ask(platform, {name, "--version"});
  if (outcome && outcome->succeeded())
    return fine(name, std::string(base::trim(base::split(outcome->out, '\n').front())));
  return {name, Severity::note, outcome ? "does not run: " + outcome->describe() : "not there", without};
}

}  // namespace

std::vector<MachineFact> machine_facts(const Platform& platform, const fs::path& root) {
  return {privilege(platform),
          dpkg(platform, root),
          lists(platform, root),
          man_db(root),
          disk(root),
          cores(root),
          clock(platform, root),
          services(root),
          cache_service(platform.environment),
          tool(platform, "git", "actions/checkout then downloads the files without their history"),
          tool(platform, "node", "only needed on machines that run JavaScript actions without the runner's own node")};
}

}  // namespace ci::doctor
