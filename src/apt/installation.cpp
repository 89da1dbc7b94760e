#include "apt/installation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apt/deferred_triggers.hpp"
#include "apt/package_list.hpp"
#include "apt/privilege.hpp"
#include "base/text.hpp"

namespace ci::apt {
namespace {

constexpr auto kQuestion = std::chrono::seconds(30);  // the most that a question to dpkg or apt may take
constexpr auto kLockWait = std::chrono::seconds(60);  // for another apt to finish

// Options can't be made of names: specs are checked, and "--" ends the options all the same.
std::vector<std::string> install_arguments(std::vector<std::string> before, const std::vector<std::string>& texts) {
  before.insert(before.end(), {"install", "--"});
  before.insert(before.end(), texts.begin(), texts.end());
  return before;
}

// The first names of a list that may be long.
std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  if (names.size() <= kShown) return base::join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + kShown);
  return fmt::format("{} and {} more", base::join(first, ", "), names.size() - kShown);
}

bool needs(const Plan& plan, const Failure& source) {
  const auto host = source.host;
  return std::any_of(plan.packages.begin(), plan.packages.end(),
                     [&](const auto& package) { return host_of(package.url) == host; });
}

}  // namespace

Installation::Installation(const platform::Platform& platform, Settings settings)
    : platform_(platform),
      settings_(std::move(settings)),
      timer_(platform.clock),
      tool_(platform, settings_),
      started_(platform.clock.monotonic()),
      problems_(platform.log, timer_) {}

InstallResult Installation::install() {
  if (prepare() && mend() && !missing_.empty() && become_root()) {
    install_missing();
    if (alternate_) {
      // apt wrote its lists there as root.
      auto command = tool_.as_root({"rm", "-rf", "--", alternate_->lists().string()});
      command.timeout = kQuestion;
      command.on_cancellation = platform::OnCancellation::finish;
      (void)platform_.processes.run(command);
    }
    check_result();
  }
  return finish();
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
  for (const auto* spec : missing_) {
    const auto* installed =
        spec->suite.empty() ? database_.satisfying(*spec) : database_.find(spec->name, spec->architecture);
    if (installed != nullptr && installed->is_installed()) continue;
    failure_ = {FailureKind::other,
                {},
                {},
                spec->name,
                fmt::format("apt reported success, but {} is not installed", spec->text)};
    failed_phase_ = "configure";
    end_with_failure();
    return;
  }
}

InstallResult Installation::plan() {
  if (prepare() && !missing_.empty()) {
    if (const auto stale = why_lists_are_stale(); !stale.empty())
      problems_.warn("stale-lists", "the plan may be out of date: " + stale);
    if (make_plan() == Step::failed) end_with_failure();
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
  result_.outcome.seconds = base::seconds(platform_.clock.monotonic() - started_);
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
  const auto step = [&](std::vector<std::string> argv) {
    auto run = AptRun(platform_, settings_, timer_).run(tool_.as_root(std::move(argv)), "mend", 0);
    return run;
  };
  auto run = step({"dpkg", "--force-confdef", "--force-confold", "--configure", "--pending"});
  if (run.how == RunResult::How::failed) {
    // What lacks its dependencies, or must be unpacked again, needs apt.
    run = AptRun(platform_, settings_, timer_).run(tool_.changing({"--fix-broken", "install"}, nullptr), "mend", 0);
  }
  if (run.how == RunResult::How::failed) {
    // A missing archive or stale lists may be all that stands in the way: the installation goes on and tries as well.
    problems_.warn("half-configured", "could not finish them: " + run.failure.detail);
  } else if (judge(run) == Step::ended) {
    return false;
  }
  return prepare();
}

std::string Installation::why_lists_are_stale() {
  auto command = tool_.asking({"indextargets", "--no-release-info", "--format", kIndexTargetFormat}, nullptr);
  command.timeout = tool_.time_left(kQuestion);
  const auto outcome = platform_.processes.run(command);
  if (!outcome || !outcome->succeeded()) return "apt does not tell which lists it has";
  return why_stale(parse_index_targets(outcome->out), platform_.clock.now(), settings_.lists_max_age);
}

void Installation::install_missing() {
  result_.outcome.tier = "network";
  result_.outcome.why_not.push_back(
      {"none", fmt::format("{} of {} requested packages missing: {}", missing_.size(), settings_.packages.size(),
                           base::join(missing_texts(), ", "))});
  DeferredTriggers triggers(platform_.processes, tool_);
  if (auto released = triggers.release(); !released) problems_.warn("triggers", released.error().message);
  if (settings_.lifetime == Lifetime::ephemeral) {
    if (auto held = triggers.hold(); !held) problems_.warn("triggers", held.error().message);
  }

  const std::string stale = why_lists_are_stale();
  lists_are_current_ = stale.empty();
  bool mirror_tried = false;
  bool update_first = !lists_are_current_;
  for (;;) {
    const Step step = attempt(update_first);
    if (step != Step::failed) break;
    const Remedy cure = remedy(failure_.kind);
    if (cure == Remedy::update_lists && !updated_) {
      update_first = true;
    } else if (cure == Remedy::wait && wait_for_lock()) {
      continue;
    } else if ((cure == Remedy::next_mirror ||
                (cure == Remedy::update_lists && failure_.kind != FailureKind::unknown_package)) &&
               !mirror_tried) {
      mirror_tried = true;
      update_first = use_next_mirror() || failed_phase_ == "update";
    } else {
      end_with_failure();
      break;
    }
  }
  if (auto released = triggers.release(); !released) problems_.warn("triggers", released.error().message);
}

Installation::Step Installation::attempt(bool update_first) {
  failed_sources_.clear();
  if (update_first) {
    if (const Step step = update(); step != Step::done) return step;
  }
  if (const Step step = make_plan(); step != Step::done) {
    // A package is unknown because the source that has it did not answer: that is the story to tell.
    if (step == Step::failed && failure_.kind == FailureKind::unknown_package && !failed_sources_.empty()) {
      const std::string detail = failure_.detail;
      failure_ = failed_sources_.front();
      failure_.detail += " (" + detail + ")";
      failed_phase_ = "update";
    }
    return step;
  }
  for (const auto& source : failed_sources_) {
    if (needs(plan_, source)) {
      failure_ = source;
      failed_phase_ = "update";
      return Step::failed;
    }
  }
  for (const auto& source : failed_sources_) {
    problems_.warn(
        std::string(word(source.kind)),
        fmt::format("a source that none of these packages needs cannot be read: {}: {}", source.url, source.detail),
        source.host);
  }
  return download_and_install();
}

Installation::Step Installation::update() {
  updated_ = true;
  const auto run = AptRun(platform_, settings_, timer_).run(tool_.changing({"update"}, sources()), "update", 0);
  for (const auto& line : run.lines) {
    if (line.starts_with("Fetched ")) {
      timer_.add_bytes("update", static_cast<std::int64_t>(
                                     parse_apt_size(base::join({base::words(line)[1], base::words(line)[2]}, " "))));
    }
  }
  // apt-get exits 0 on passing failures, and 100 when one source of many is broken: what each source did decides.
  failed_sources_ = fetch_failures(run.lines);
  failed_phase_ = "update";
  failed_seconds_ = run.seconds;
  const auto official =
      std::find_if(failed_sources_.begin(), failed_sources_.end(), [](const Failure& f) { return is_official(f.url); });
  const bool ended_by_itself =
      run.how == RunResult::How::done || (run.how == RunResult::How::failed && !run.was_stopped);
  if (official != failed_sources_.end() && ended_by_itself) {
    failure_ = *official;
    return Step::failed;
  }
  if (ended_by_itself && !failed_sources_.empty()) return Step::done;
  return judge(run);
}

Installation::Step Installation::make_plan() {
  timer_.begin("plan");
  // An archive folder that is not there makes apt name every archive, also those that lie in its cache.
  auto command = tool_.asking(
      install_arguments({"--print-uris", "-o", "Dir::Cache::archives=/nonexistent/"}, missing_texts()), sources());
  command.timeout = tool_.time_left(kQuestion);
  std::string listing;
  std::vector<std::string> lines;
  command.on_line = [&](platform::Stream stream, std::string_view line) {
    if (stream == platform::Stream::out) listing.append(line).append("\n");
    lines.emplace_back(line);
  };
  const auto outcome = platform_.processes.run(command);
  timer_.end();
  if (!outcome) {
    problems_.fail(outcome.error());
    return Step::ended;
  }
  RunResult run;
  run.phase = "plan";
  run.seconds = timer_.seconds_in("plan");
  if (outcome->end == platform::End::cancelled) run.how = RunResult::How::cancelled;
  if (outcome->end == platform::End::timed_out) run.how = RunResult::How::deadline;
  if (outcome->end == platform::End::exited && outcome->code != 0) {
    run.how = RunResult::How::failed;
    run.failure = classify(lines);
    if (!run.failure) run.failure = {FailureKind::other, {}, {}, {}, outcome->describe()};
  }
  if (run.how == RunResult::How::done) plan_ = parse_plan(listing);
  return judge(run);
}

Installation::Step Installation::download_and_install() {
  if (!plan_.removed.empty()) {
    problems_.warn("removal",
                   fmt::format("apt removes installed packages that conflict: {}", base::join(plan_.removed, ", ")));
  }
  const auto ahead = read_ahead();
  if (ahead) tool_.use_stand_in(ahead->folder());
  auto run = AptRun(platform_, settings_, timer_)
                 .run(tool_.changing(install_arguments({"--allow-downgrades"}, missing_texts()), sources()), "download",
                      static_cast<double>(plan_.bytes()));
  tool_.use_stand_in({});
  if (ahead)
    platform_.log.detail(fmt::format("{} of {} archives were read ahead", ahead->served(), plan_.packages.size()));
  if (run.how == RunResult::How::done) timer_.add_bytes("download", plan_.bytes());
  return judge(run);
}

// Has the archives of the plan decompressed while apt and dpkg do the rest. Nothing where that cannot be: dpkg then
// does it by itself.
std::unique_ptr<DpkgDebService> Installation::read_ahead() {
  platform::Command command;
  command.argv = {"apt-config", "shell", "folder", "Dir::Cache::archives/d"};
  command.timeout = tool_.time_left(kQuestion);
  const auto outcome = platform_.processes.run(command);
  if (!outcome || !outcome->succeeded()) return nullptr;
  const auto parts = base::split(outcome->out, '\'');  // folder='/var/cache/apt/archives/'
  if (parts.size() != 3 || parts[1].empty() || plan_.packages.empty()) return nullptr;
  std::vector<std::filesystem::path> archives;
  for (const auto& package : plan_.packages) archives.push_back(std::filesystem::path(parts[1]) / package.file);
  UnpackAhead::Limits limits;
  limits.workers = std::max(1U, std::thread::hardware_concurrency());
  auto service = DpkgDebService::start(settings_.program, archives, limits);
  if (service) return std::move(*service);
  problems_.warn("read-ahead", "archives are not read ahead: " + service.error().message);
  return nullptr;
}

// Keeps what a step's failure needs to be told later, or ends the installation.
Installation::Step Installation::judge(const RunResult& run) {
  history::Problem problem;
  problem.phase = run.phase;
  problem.seconds = run.seconds;
  switch (run.how) {
    case RunResult::How::done:
      return Step::done;
    case RunResult::How::failed:
      failure_ = run.failure;
      failed_phase_ = run.phase;
      failed_seconds_ = run.seconds;
      return Step::failed;
    case RunResult::How::deadline:
      problem.kind = "deadline";
      problem.message =
          fmt::format("the deadline passed in phase {} after {}", run.phase, base::human_seconds(run.seconds));
      problem.hint = "raise the deadline, or see in the phases where the time goes";
      problems_.fail(base::ErrorKind::timeout, std::move(problem));
      return Step::ended;
    case RunResult::How::cancelled:
      problem.kind = "cancelled";
      problem.message = fmt::format("cancelled in phase {} after {}", run.phase, base::human_seconds(run.seconds));
      problems_.fail(base::ErrorKind::cancelled, std::move(problem));
      return Step::ended;
    case RunResult::How::error:
      problems_.fail(run.error);
      return Step::ended;
  }
  return Step::ended;
}

// Puts other mirrors in the place of those that failed. Returns whether there is any.
bool Installation::use_next_mirror() {
  const std::string story = fmt::format("{}: {}", failure_.host.empty() ? "download" : failure_.host, failure_.detail);
  auto alternate = AlternateSources::make("/etc/apt", failure_.host, settings_.mirrors);
  if (!alternate) problems_.warn("alternate-sources", alternate.error().message);
  if (alternate && *alternate) {
    alternate_.emplace(std::move(**alternate));
    problems_.warn(std::string(word(failure_.kind)), fmt::format("{}; trying {}", story, alternate_->host()),
                   failure_.host);
    return true;
  }
  problems_.warn(std::string(word(failure_.kind)), story + "; trying once more", failure_.host);
  return false;
}

// Waits a second for another apt to end. Returns whether to try again.
bool Installation::wait_for_lock() {
  if (platform_.clock.monotonic() - started_ > kLockWait) return false;
  platform_.clock.sleep(std::chrono::seconds(1));
  return platform_.cancellation.signal() == 0;
}

void Installation::end_with_failure() {
  history::Problem problem;
  problem.kind = word(failure_.kind);
  problem.phase = failed_phase_;
  problem.host = failure_.host;
  problem.seconds = failed_seconds_;
  std::string where = failed_phase_.empty()
                          ? ""
                          : fmt::format(" in phase {} after {}", failed_phase_, base::human_seconds(failed_seconds_));
  if (!failure_.host.empty()) where += " from " + failure_.host;
  problem.message = fmt::format("cannot install {}: {}{}: {}", base::join(missing_texts(), ", "), problem.kind, where,
                                failure_.detail);
  problem.hint = hint(failure_);
  problems_.fail(base::ErrorKind::environment, std::move(problem));
}

std::vector<std::string> Installation::missing_texts() const {
  std::vector<std::string> texts;
  for (const auto* spec : missing_) texts.push_back(spec->text);
  return texts;
}

}  // namespace ci::apt
