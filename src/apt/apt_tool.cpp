#include "apt/apt_tool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apt/stand_in.hpp"
#include "platform/become.hpp"

namespace ci::apt {

std::vector<std::string> AptTool::options(const SourceFolders* sources) const {
  const auto stall = std::max(1L, std::lround(base::seconds(settings_.throughput.window)));
  std::vector<std::string> values = {
      "APT::Get::Assume-Yes=true",
      "APT::Color=false",
      "Dpkg::Use-Pty=false",
      "Dpkg::Progress-Fancy=false",
      "DPkg::Lock::Timeout=60",
      fmt::format("APT::Install-Recommends={}", settings_.recommends == Recommends::yes),
      // A conffile that both sides changed: keep the machine's, ask nobody.
      "Dpkg::Options::=--force-confdef",
      "Dpkg::Options::=--force-confold",
      // One retry a file here; a second try of the whole against the next mirror is ours.
      "Acquire::Retries=1",
      fmt::format("Acquire::http::Timeout={}", stall),
      fmt::format("Acquire::https::Timeout={}", stall),
      // Hosted runners switch pipelining off for a proxy that they do not have; each archive then costs a round trip.
      "Acquire::http::Pipeline-Depth=10",
      // Indexes that no installation needs. Lists of that kind that are there already stay (List-Cleanup).
      "Acquire::Languages=none",
      "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
      "Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled=false",
      "Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled=false",
      "Acquire::IndexTargets::deb::DEP-11-icons-hidpi::DefaultEnabled=false",
      "Acquire::IndexTargets::deb::CNF::DefaultEnabled=false",
      "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false",
      "Acquire::IndexTargets::deb-src::Sources::DefaultEnabled=false",
      "Acquire::PDiffs=false",
      // xz saves 3 MB of transfer for Debian's largest list and takes three times as long to decompress.
      "Acquire::CompressionTypes::Order::=gz",
      "APT::Get::List-Cleanup=false",
      // Hooks of desktops and of command-not-found after an update; nobody waits for them in a job.
      "APT::Update::Post-Invoke-Success=",
  };
  if (settings_.lifetime == Lifetime::ephemeral) values.emplace_back("Dpkg::Options::=--force-unsafe-io");
  if (!stand_in_.empty()) values.push_back(fmt::format("DPkg::Path={}:{}", stand_in_.string(), path()));
  if (configured_ != nullptr && sources == nullptr) {
    values.push_back("Dir::Etc::sourceparts=" + configured_->parts().string());
  }
  if (sources != nullptr) {
    values.push_back("Dir::Etc::sourcelist=" + sources->list.string());
    values.push_back("Dir::Etc::sourceparts=" + sources->parts.string());
    values.push_back("Dir::State::lists=" + sources->lists.string());
    values.push_back("Dir::Cache::pkgcache=" + (sources->cache / "pkgcache.bin").string());
    values.push_back("Dir::Cache::srcpkgcache=" + (sources->cache / "srcpkgcache.bin").string());
  }
  std::vector<std::string> options = {"-q"};
  for (auto& value : values) {
    options.emplace_back("-o");
    options.push_back(std::move(value));
  }
  return options;
}

std::string AptTool::path() const {
  std::string path = platform_.environment.get("PATH");
  for (const char* folder : {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"}) {
    if ((":" + path + ":").find(fmt::format(":{}:", folder)) == std::string::npos) {
      path += (path.empty() ? "" : ":") + std::string(folder);
    }
  }
  return path;
}

std::vector<std::string> AptTool::environment() const {
  std::vector<std::string> variables = {"LC_ALL=C.UTF-8",
                                        "DEBIAN_FRONTEND=noninteractive",
                                        "DEBIAN_PRIORITY=critical",
                                        "DEBCONF_NOWARNINGS=yes",
                                        "APT_LISTCHANGES_FRONTEND=none",
                                        "NEEDRESTART_MODE=l",
                                        "NEEDRESTART_SUSPEND=1",
                                        "UCF_FORCE_CONFFOLD=1"};
  variables.push_back("PATH=" + path());
  if (!stand_in_.empty()) variables.push_back(fmt::format("{}={}", kStandInVariable, stand_in_.string()));
  // sudo drops these, and apt needs them where a proxy is the only way out.
  for (const char* name :
       {"http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"}) {
    if (const auto value = platform_.environment.get(name); !value.empty())
      variables.push_back(std::string(name) + "=" + value);
  }
  return variables;
}

platform::Command AptTool::as_root(std::vector<std::string> argv) const {
  platform::Command command;
  command.argv = prefix_;
  command.argv.insert(command.argv.end(), {settings_.program, "internal", "become"});
  if (settings_.lifetime == Lifetime::ephemeral) command.argv.emplace_back("--suppress-sync");
  command.argv.insert(command.argv.end(), {"--", "env"});
  for (auto& variable : environment()) command.argv.push_back(std::move(variable));
  for (auto& argument : argv) command.argv.push_back(std::move(argument));
  command.status_pipe = true;
  command.leftovers = platform::Leftovers::keep;
  return command;
}

platform::Command AptTool::changing(std::vector<std::string> arguments, const SourceFolders* sources) const {
  std::vector<std::string> argv = {"apt-get", "-o", fmt::format("APT::Status-Fd={}", platform::kStatusDescriptor)};
  for (auto& option : options(sources)) argv.push_back(std::move(option));
  for (auto& argument : arguments) argv.push_back(std::move(argument));
  return as_root(std::move(argv));
}

platform::Command AptTool::fetching(const std::filesystem::path& list, const std::filesystem::path& archives,
                                    const SourceFolders* sources) const {
  std::vector<std::string> argv = {settings_.program, "internal", "fetch", "--", list.string(), archives.string()};
  for (auto& option : options(sources)) argv.push_back(std::move(option));
  return as_root(std::move(argv));
}

platform::Command AptTool::asking(std::vector<std::string> arguments, const SourceFolders* sources) const {
  platform::Command command;
  command.argv = {"env"};
  for (auto& variable : environment()) command.argv.push_back(std::move(variable));
  command.argv.emplace_back("apt-get");
  for (auto& option : options(sources)) command.argv.push_back(std::move(option));
  for (auto& argument : arguments) command.argv.push_back(std::move(argument));
  return command;
}

base::Duration AptTool::time_left(base::Duration phase) const {
  if (settings_.deadline) phase = std::min(phase, *settings_.deadline - platform_.clock.monotonic());
  return std::max(phase, base::Duration(1000));
}

}  // namespace ci::apt
