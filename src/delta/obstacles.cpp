#include "delta/obstacles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "base/text.hpp"
#include "delta/changes.hpp"
#include "delta/path_pattern.hpp"

namespace ci::delta {
namespace {

namespace fs = std::filesystem;

enum class Where { anywhere, systemd, apparmor, binary_formats };

// A change that tells of an effect beyond files. In `command`, {path} and {name} stand for the change's.
struct Sign {
  std::string_view pattern;
  Where where;
  Remedy remedy;
  std::string_view what;
  std::string_view command;
};

using enum Where;
using enum Remedy;

constexpr auto kSigns = std::to_array<Sign>({
    {"/lib/modules/**", anywhere, refuse, "kernel modules", ""},
    {"/usr/lib/modules/**", anywhere, refuse, "kernel modules", ""},
    {"/boot/**", anywhere, refuse, "a kernel, an initramfs or a boot loader", ""},
    {"/usr/lib/tmpfiles.d/*.conf", systemd, replay, "folders made at each boot", "systemd-tmpfiles --create {path}"},
    {"/etc/apparmor.d/*", apparmor, replay, "an AppArmor profile", "apparmor_parser --replace --write-cache {path}"},
    {"/var/lib/binfmts/*", binary_formats, replay, "a binary format", "update-binfmts --enable {name}"},
    {"/usr/lib/binfmt.d/*.conf", systemd, replay, "a binary format", "systemctl restart systemd-binfmt.service"},
    {"/lib/systemd/system/*", systemd, replay, "systemd units", "systemctl daemon-reload"},
    {"/usr/lib/systemd/system/*", systemd, replay, "systemd units", "systemctl daemon-reload"},
    {"/etc/systemd/system/*", systemd, replay, "systemd units", "systemctl daemon-reload"},
    {"/etc/systemd/system/*.wants/*", systemd, replay, "a service that is started", "systemctl start {name}"},
});

bool applies(Where where, const RunningState& state) {
  switch (where) {
    case anywhere:
      return true;
    case systemd:
      return state.systemd;
    case apparmor:
      return state.apparmor;
    case binary_formats:
      return state.binary_formats;
  }
  return false;
}

// The words of a command, each with its placeholders filled in.
std::vector<std::string> fill_in(std::string_view command, const std::string& path) {
  std::vector<std::string> words;
  if (command.empty()) return words;
  for (auto& word : base::split(command, ' ')) {
    if (word == "{path}") word = path;
    if (word == "{name}") word = path.substr(path.rfind('/') + 1);
    words.push_back(std::move(word));
  }
  return words;
}

bool is_special(Type type) {
  return type != Type::file && type != Type::directory && type != Type::symlink;
}

void add_signs(std::span<const Change> changes, const RunningState& state, std::vector<Obstacle>& obstacles) {
  // By sign, not by path: units are loaded before services are started.
  for (const auto& sign : kSigns) {
    if (!applies(sign.where, state)) continue;
    for (const auto& change : changes) {
      if (change.type == Type::directory || change.kind == ChangeKind::deleted) continue;
      if (!fits_pattern(sign.pattern, change.path)) continue;
      auto command = fill_in(sign.command, change.path);
      const bool known = std::any_of(obstacles.begin(), obstacles.end(), [&](const Obstacle& one) {
        return sign.remedy == refuse ? one.what == sign.what : one.command == command;
      });
      if (!known) obstacles.push_back({std::string(sign.what), sign.remedy, std::move(command), change.path});
    }
  }
}

void add_special_files(std::span<const Change> changes, std::vector<Obstacle>& obstacles) {
  for (const auto& change : changes) {
    if (change.kind == ChangeKind::deleted || !is_special(change.type)) continue;
    obstacles.push_back({"a device, pipe or socket", refuse, {}, change.path});
  }
}

void add_programs(std::span<const Change> changes, const RunningState& state, std::span<const RunningProgram> programs,
                  std::vector<Obstacle>& obstacles) {
  // Under systemd a service comes back as its unit, above.
  if (state.systemd) return;
  for (const auto& running : programs) {
    const auto found =
        std::lower_bound(changes.begin(), changes.end(), running.program,
                         [](const Change& change, const std::string& path) { return PathOrder()(change.path, path); });
    if (found == changes.end() || found->path != running.program || found->kind == ChangeKind::deleted) continue;
    obstacles.push_back(
        {fmt::format("{} is running (process {})", running.program, running.process), refuse, {}, running.program});
  }
}

}  // namespace

std::vector<RunningProgram> running_programs(const fs::path& root) {
  std::vector<RunningProgram> programs;
  std::error_code error;
  for (fs::directory_iterator entry(root / "proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto process = base::parse_integer(entry->path().filename().string());
    if (!process) continue;
    std::error_code gone;
    const auto program = fs::read_symlink(entry->path() / "exe", gone);
    if (!gone) programs.push_back({static_cast<int>(*process), program.string()});
  }
  std::sort(programs.begin(), programs.end(),
            [](const RunningProgram& a, const RunningProgram& b) { return a.process < b.process; });
  return programs;
}

std::vector<Obstacle> find_obstacles(std::span<const Change> changes, const RunningState& before,
                                     const RunningState& after, std::span<const RunningProgram> programs) {
  std::vector<Obstacle> obstacles;
  for (const auto& module : after.modules) {
    if (!before.modules.contains(module))
      obstacles.push_back({"loads the kernel module " + module, replay, {"modprobe", module}, ""});
  }
  for (const auto& mount : after.mounts) {
    if (!before.mounts.contains(mount)) obstacles.push_back({"mounts a file system", refuse, {}, mount});
  }
  add_special_files(changes, obstacles);
  add_signs(changes, after, obstacles);
  add_programs(changes, after, programs, obstacles);
  return obstacles;
}

bool is_replay(const std::vector<std::string>& command) {
  if (command.size() == 2 && command[0] == "modprobe") return !command[1].starts_with('-');
  return std::any_of(kSigns.begin(), kSigns.end(), [&](const Sign& sign) {
    const auto words = base::split(sign.command, ' ');
    if (sign.command.empty() || words.size() != command.size()) return false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool filled_in = words[i] == "{path}" || words[i] == "{name}";
      if (filled_in ? command[i].empty() || command[i].front() == '-' : command[i] != words[i]) return false;
    }
    return true;
  });
}

}  // namespace ci::delta
