#include "apt/dpkg_database.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ci::apt {
namespace {

constexpr char kFormat[] =
    "${db:Status-Abbrev}\\t${Package}\\t${Architecture}\\t${Version}\\t${Installed-Size}\\t${Provides}\\n";

// "a (= 1.0), b" -> {"a=1.0", "b"}
std::vector<std::string> parse_provides(std::string_view text) {
  std::vector<std::string> provides;
  for (const auto& piece : base::split(text, ',')) {
    std::string one = base::replace_all(base::replace_all(piece, " ", ""), "(=", "=");
    one = base::replace_all(one, ")", "");
    if (!one.empty()) provides.push_back(std::move(one));
  }
  return provides;
}

}  // namespace

bool InstalledPackage::is_broken() const {
  return state.size() > 2 || (state.size() == 2 && std::string_view("UFHWt").find(state[1]) != std::string_view::npos);
}

base::Result<DpkgDatabase> DpkgDatabase::read(platform::ProcessRunner& processes, base::Duration timeout,
                                              platform::OnCancellation on_cancellation) {
  platform::Command command;
  command.argv = {"dpkg-query", "--show", std::string("--showformat=") + kFormat};
  command.environment = {{"LC_ALL", "C"}};
  command.timeout = timeout;
  command.on_cancellation = on_cancellation;
  std::string listing;
  command.on_line = [&](platform::Stream stream, std::string_view line) {
    if (stream == platform::Stream::out) listing.append(line).append("\n");
  };
  const auto outcome = processes.run(command);
  if (!outcome) {
    return base::fail(base::ErrorKind::environment, "cannot ask dpkg what is installed: " + outcome.error().message,
                      "apt needs Debian or Ubuntu");
  }
  // dpkg-query prints one line per package; exit code 1 only says that the database is empty.
  if (outcome->end != platform::End::exited || outcome->code > 1) {
    const auto kind = outcome->end == platform::End::timed_out   ? base::ErrorKind::timeout
                      : outcome->end == platform::End::cancelled ? base::ErrorKind::cancelled
                                                                 : base::ErrorKind::environment;
    return base::fail(kind, "dpkg-query: " + outcome->describe() + ": " + std::string(base::trim(outcome->err)));
  }
  return parse(listing);
}

DpkgDatabase DpkgDatabase::parse(std::string_view listing) {
  DpkgDatabase database;
  for (const auto& line : base::split(listing, '\n')) {
    const auto fields = base::split(line, '\t');
    if (fields.size() < 6) continue;
    InstalledPackage package;
    package.state = std::string(base::trim(fields[0]));
    package.name = fields[1];
    package.architecture = fields[2];
    package.version = fields[3];
    package.installed_bytes = base::parse_integer(fields[4]).value_or(0) * 1024;
    package.provides = parse_provides(fields[5]);
    if (package.name == "dpkg") database.native_ = package.architecture;
    database.packages_.push_back(std::move(package));
  }
  return database;
}

const InstalledPackage* DpkgDatabase::find(std::string_view name, std::string_view architecture) const {
  for (const auto& package : packages_) {
    if (package.name == name && (architecture.empty() || package.architecture == architecture)) return &package;
  }
  return nullptr;
}

bool DpkgDatabase::fits(const InstalledPackage& package, const PackageSpec& spec, Foreign foreign) const {
  if (!package.is_installed()) return false;
  const std::string& wanted = spec.architecture.empty() && foreign == Foreign::ignored ? native_ : spec.architecture;
  return wanted.empty() || package.architecture == wanted || package.architecture == "all";
}

const InstalledPackage* DpkgDatabase::satisfying(const PackageSpec& spec, Foreign foreign) const {
  if (!spec.suite.empty() || spec.name.empty()) return nullptr;
  for (const auto& package : packages_) {
    if (package.name == spec.name && fits(package, spec, foreign) &&
        (spec.version.empty() || package.version == spec.version)) {
      return &package;
    }
  }
  if (spec.is_file || !spec.version.empty()) return nullptr;
  for (const auto& package : packages_) {
    if (!fits(package, spec, foreign)) continue;
    for (const auto& provided : package.provides) {
      if (provided.substr(0, provided.find('=')) == spec.name) return &package;
    }
  }
  return nullptr;
}

std::vector<std::string> DpkgDatabase::broken() const {
  std::vector<std::string> names;
  for (const auto& package : packages_) {
    if (package.is_broken()) names.push_back(package.name);
  }
  return names;
}

std::vector<std::string> DpkgDatabase::to_reinstall() const {
  std::vector<std::string> names;
  for (const auto& package : packages_) {
    if (!package.state.ends_with('R')) continue;
    const bool foreign = package.architecture != native_ && package.architecture != "all";
    names.push_back(foreign ? package.name + ":" + package.architecture : package.name);
  }
  return names;
}

}  // namespace ci::apt
