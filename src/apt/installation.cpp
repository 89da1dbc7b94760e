#include "apt/installation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apt/apt_run.hpp"
#include "apt/deb_folder.hpp"
#include "apt/leftovers.hpp"
#include "apt/network_tier.hpp"
#include "apt/package_list.hpp"
#include "apt/privilege.hpp"
#include "apt/reinstallation.hpp"
#include "apt/sources.hpp"
#include "base/text.hpp"
#include "delta/libraries.hpp"
#include "delta/unfinished_restore.hpp"

namespace ci::apt {
namespace {

// The first names of a list that may be long.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  if (names.size() <= kShown) return base::join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kShown);
  return fmt::format("{} and {} more", base::join(first, ", "), names.size() - kShown);
}

// The first of `specs` that `database` does not have installed, or nullptr.
const PackageSpec* first_missing(const std::vector<const PackageSpec*>& specs, const DpkgDatabase& database) {
  for (const auto* spec : specs) {
    const auto* installed = spec->suite.empty() ? database.satisfying(*spec, Foreign::counts)
                                                : database.find(spec->name, spec->architecture);
    if (installed == nullptr || !installed->is_installed()) return spec;
  }
  return nullptr;
}

}  // namespace

Installation::Installation(const platform::Platform& platform, Settings settings, Cache cache)
    : platform_(platform),
      settings_(std::move(settings)),
      cache_(std::move(cache)),
      timer_(platform.clock),
      tool_(platform, settings_),
      started_(platform.clock.monotonic()),
      problems_(platform.log, timer_),
      session_{platform_, settings_, tool_, timer_, problems_, started_} {}

InstallResult Installation::install() {
  // Always: the run that left one may have been killed with all installed, and then no tier has anything to do here.
  for (const char* parent : {"/tmp", kDebFolders, kDownloadFolders}) platform::RunFolder::remove_left_behind(parent);
  if (!prepare() || !mend()) return finish();
  if (missing_.empty()) {
    end_killed_restores();
  } else if (become_root()) {
    std::vector<std::string> texts;
    for (const auto* spec : missing_) texts.push_back(spec->text);
    result_.outcome.why_not.push_back({"none", fmt::format("{} of {} requested packages missing: {}", missing_.size(),
                                                           settings_.packages.size(), base::join(texts, ", "))});
    std::optional<DeltaTier> delta;
    std::optional<DebsTier> debs;
    if (cache_.store != nullptr) delta.emplace(session_, cache_, settings_.packages);
    if (!delta || !restore_delta(*delta)) {
      if (delta) debs.emplace(session_, cache_, settings_.packages);
      install_with_apt(delta ? &*delta : nullptr, debs ? &*debs : nullptr);
    }
    if (delta) result_.caches.push_back(delta->outcome());
    if (debs) result_.caches.push_back(debs->outcome());
  }
  return finish();
}

// A restore may have been killed when all was there but before it had ended: then no tier comes to it.
void Installation::end_killed_restores() {
  if (!delta::has_leftovers("/")) return;
  auto prefix = root_prefix(platform_.environment, platform_.processes, tool_.time_left(kQuestion));
  if (!prefix) {
    problems_.warn("delta", "a restore that was killed cannot be ended: " + prefix.error().message);
    return;
  }
  tool_.use_prefix(std::move(*prefix));
  remove_leftovers(session_);
}

// Returns whether the cache had everything. What it gave is held against dpkg's database.
bool Installation::restore_delta(DeltaTier& delta) {
  std::string reason = delta.restore();
  if (reason.empty()) {
    timer_.begin("plan");
    auto after = DpkgDatabase::read(platform_.processes, kQuestion);
    timer_.end();
    if (!after) {
      reason = after.error().message;
    } else if (const auto broken = after->broken(); !broken.empty()) {
      reason = "restored packages are half-way installed: " + some_of(broken);
    } else if (const auto* spec = first_missing(missing_, *after); spec != nullptr) {
      reason = fmt::format("the restored packages do not have {}", spec->text);
    } else {
      database_ = std::move(*after);
      plan_ = delta.plan();
      result_.outcome.tier = "delta";
      if (!delta.missing().empty()) mend_libraries(delta);
      return true;
    }
  }
  result_.outcome.why_not.push_back({"delta", reason});
  return false;
}

// What was restored lacks libraries that packages of the machine should have: dpkg believes that all is installed, so
// that only an installation done again brings them.
void Installation::mend_libraries(const DeltaTier& delta) {
  const auto told = [](const std::vector<elf::MissingLibrary>& missing) {
    std::vector<std::string> texts;
    for (const auto& one : missing) texts.push_back(fmt::format("{} needs {}", one.object, one.library));
    return some_of(texts);
  };
  problems_.warn("libraries", fmt::format("the restored packages are not exact, libraries are not found: {}; "
                                          "installing again: {}",
                                          told(delta.missing()), some_of(delta.suspects())));
  const auto why_not = reinstall(session_, delta.suspects());
  if (problems_.failure()) return;
  const auto left = delta::still_missing("/", delta.missing());
  if (!left) return problems_.fail(left.error());
  if (left->empty()) return;
  problems_.fail(
      base::Error{base::ErrorKind::environment,
                  fmt::format("libraries are not found: {}{}", told(*left),
                              why_not.empty() ? "" : "; their packages were not installed again: " + why_not),
                  "this machine lacks files of packages that dpkg has as installed"});
}

void Installation::install_with_apt(DeltaTier* delta, DebsTier* debs) {
  remove_leftovers(session_);
  if (delta != nullptr) delta->take_snapshot();
  const auto began = platform_.clock.monotonic();
  DeferredTriggers triggers(platform_.processes, tool_);
  defer_triggers(triggers);
  if ((debs == nullptr || !install_from_debs(*debs)) && !problems_.failure()) install_from_network(debs);
  release_triggers(triggers);
  check_result();
  if (problems_.failure()) return;
  const double seconds = base::seconds(platform_.clock.monotonic() - began);
  if (delta != nullptr) {
    if (auto save = delta->capture(seconds)) result_.pending_saves.push_back(std::move(*save));
  }
  if (debs != nullptr) {
    if (auto save = debs->save(plan_, archives_, database_, seconds)) result_.pending_saves.push_back(std::move(*save));
  }
}

// Returns whether cached archives had everything, or an installation from them ended the run (problems_ says how).
bool Installation::install_from_debs(DebsTier& debs) {
  std::string reason = debs.prepare();
  if (reason.empty()) reason = debs.install(missing_, database_);
  if (reason.empty()) {
    plan_ = debs.plan();
    result_.outcome.tier = "debs";
    return true;
  }
  result_.outcome.why_not.push_back({"debs", reason});
  if (!debs.touched()) return false;
  // What it began is ended before another tier begins.
  result_.outcome.tier = "debs";
  return problems_.failure() || !prepare() || !mend() || missing_.empty();
}

void Installation::install_from_network(DebsTier* debs) {
  result_.outcome.tier = "network";
  CachedDebs cached;
  if (debs != nullptr) cached = {debs->repository(), debs->begin_copies()};
  NetworkTier network(session_, missing_, cached);
  network.install();
  plan_ = network.plan();
  archives_ = network.archives();
  if (debs != nullptr) debs->note_reuse(network.reused());
}

void Installation::defer_triggers(DeferredTriggers& triggers) {
  release_triggers(triggers);
  if (settings_.lifetime != Lifetime::ephemeral) return;
  if (auto held = triggers.hold(); !held) problems_.warn("triggers", held.error().message);
}

void Installation::release_triggers(DeferredTriggers& triggers) {
  if (auto released = triggers.release(); !released) problems_.warn("triggers", released.error().message);
}

// Holds apt's word against dpkg's.
void Installation::check_result() {
  auto after = DpkgDatabase::read(platform_.processes, kQuestion, platform::OnCancellation::finish);
  if (!after) {
    if (!problems_.failure()) problems_.fail(after.error());
    return;
  }
  database_ = std::move(*after);
  if (const auto broken = database_.broken(); !broken.empty()) {
    problems_.warn("half-configured",
                   fmt::format("left half-way installed: {}; the next run finishes them first", some_of(broken)));
  }
  if (problems_.failure()) return;
  if (const auto* spec = first_missing(missing_, database_); spec != nullptr) {
    const Failure failure{FailureKind::other,
                          {},
                          {},
                          spec->name,
                          fmt::format("apt reported success, but {} is not installed", spec->text)};
    problems_.fail_to_install(spec->text, failure, "configure", 0);
  }
}

InstallResult Installation::plan() {
  if (prepare() && !missing_.empty()) {
    NetworkTier network(session_, missing_);
    network.plan_only();
    plan_ = network.plan();
  }
  return finish();
}

InstallResult Installation::status() {
  prepare();
  return finish();
}

InstallResult Installation::finish() {
  timer_.end();
  const auto missing = problems_.failure() ? Missing::failed : Missing::pending;
  result_.outcome.packages = list_packages(settings_.packages, plan_, database_, timer_, missing);
  result_.outcome.phases = timer_.phases();
  result_.spans = timer_.spans(started_);
  // Saving for later runs is no part of this installation.
  result_.outcome.seconds = base::seconds(platform_.clock.monotonic() - started_) - timer_.seconds_in("snapshot") -
                            timer_.seconds_in("capture") - timer_.seconds_in("copy");
  result_.problems = problems_.all();
  result_.failure = problems_.failure();
  return std::move(result_);
}

// Reads what is installed and what of the request is missing.
bool Installation::prepare() {
  timer_.begin("plan");
  if (!read_files()) return false;
  auto database = DpkgDatabase::read(platform_.processes, tool_.time_left(kQuestion));
  if (!database) {
    problems_.fail(database.error());
    return false;
  }
  database_ = std::move(*database);
  missing_.clear();
  for (const auto& spec : settings_.packages) {
    if (database_.satisfying(spec) == nullptr) missing_.push_back(&spec);
  }
  return (missing_.empty() && database_.broken().empty()) || add_sources();
}

// Makes the sources of the configuration known to every apt that follows.
bool Installation::add_sources() {
  if (settings_.sources.empty() || configured_) return true;
  auto made = ConfiguredSources::make(kMachineSourceParts, settings_.sources);
  if (!made) {
    problems_.fail(made.error());
    return false;
  }
  tool_.use_configured(&configured_.emplace(std::move(*made)));
  return true;
}

// Fills in the name and version of every .deb file asked for.
bool Installation::read_files() {
  for (auto& spec : settings_.packages) {
    if (!spec.is_file) continue;
    platform::Command command;
    command.argv = {"dpkg-deb", "--show", "--showformat=${Package}\\t${Version}\\t${Architecture}\\n", spec.text};
    command.timeout = tool_.time_left(kQuestion);
    const auto outcome = platform_.processes.run(command);
    const auto fields =
        outcome && outcome->succeeded() ? base::split(base::trim(outcome->out), '\t') : std::vector<std::string>{};
    if (fields.size() != 3) {
      const std::string why = outcome ? std::string(base::trim(outcome->err)) : outcome.error().message;
      problems_.fail(base::Error{base::ErrorKind::data, fmt::format("cannot read {}: {}", spec.text, why),
                                 "check the path of the .deb"});
      return false;
    }
    spec.name = fields[0];
    spec.version = fields[1];
    if (fields[2] != "all") spec.architecture = fields[2];
  }
  return true;
}

bool Installation::become_root() {
  auto prefix = root_prefix(platform_.environment, platform_.processes, tool_.time_left(kQuestion));
  if (!prefix) {
    problems_.fail(prefix.error());
    return false;
  }
  tool_.use_prefix(std::move(*prefix));
  return true;
}

// Brings packages to an end that a killed run left half-way.
bool Installation::mend() {
  const auto broken = database_.broken();
  if (broken.empty()) return true;
  if (!become_root()) return false;
  problems_.warn("half-configured",
                 fmt::format("found packages half-way installed, finishing them first: {}", some_of(broken)));
  const auto step = [&](platform::Command command) {
    return AptRun(platform_, settings_, timer_).run(std::move(command), "mend", 0);
  };
  auto run = step(tool_.as_root({"dpkg", "--force-confdef", "--force-confold", "--configure", "--pending"}));
  std::string why_not;
  if (run.how == RunResult::How::failed) {
    // apt brings what lacks its dependencies, but what must be unpacked again only when it is told to.
    if (const auto packages = database_.to_reinstall(); !packages.empty()) {
      why_not = reinstall(session_, packages);
    } else {
      run = step(tool_.changing({"--fix-broken", "install"}, nullptr));
      if (run.how == RunResult::How::failed) why_not = run.failure.detail;
    }
  }
  if (problems_.failure() || problems_.fail_for_good(run)) return false;
  // A missing archive or stale lists may be all that stands in the way: the installation goes on and tries as well.
  if (!why_not.empty()) problems_.warn("half-configured", "could not finish them: " + why_not);
  return prepare();
}

}  // namespace ci::apt
