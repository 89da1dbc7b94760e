#include "apt/network_tier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "apt/archive_fetch.hpp"
#include "apt/deferred_triggers.hpp"
#include "apt/stand_in.hpp"
#include "base/text.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {
namespace {

constexpr auto kLockWait = std::chrono::seconds(60);  // for another apt to finish
constexpr std::int64_t kWorthFetching = 4'000'000;    // bytes; less is there before a second connection is

// Options can't be made of names: specs are checked, and "--" ends the options all the same.
std::vector<std::string> install_arguments(std::vector<std::string> before, const std::vector<std::string>& texts) {
  before.insert(before.end(), {"install", "--"});
  before.insert(before.end(), texts.begin(), texts.end());
  return before;
}

bool needs(const Plan& plan, const Failure& source) {
  const auto host = source.host;
  return std::any_of(plan.packages.begin(), plan.packages.end(),
                     [&](const auto& package) { return host_of(package.url) == host; });
}

}  // namespace

std::string NetworkTier::why_lists_are_stale() {
  auto command = session_.tool.asking({"indextargets", "--no-release-info", "--format", kIndexTargetFormat}, nullptr);
  command.timeout = session_.tool.time_left(kQuestion);
  const auto outcome = session_.platform.processes.run(command);
  if (!outcome || !outcome->succeeded()) return "apt does not tell which lists it has";
  return why_stale(parse_index_targets(outcome->out), session_.platform.clock.now(), session_.settings.lists_max_age);
}

void NetworkTier::install() {
  DeferredTriggers triggers(session_.platform.processes, session_.tool);
  if (auto released = triggers.release(); !released) session_.problems.warn("triggers", released.error().message);
  if (session_.settings.lifetime == Lifetime::ephemeral) {
    if (auto held = triggers.hold(); !held) session_.problems.warn("triggers", held.error().message);
  }
  try_with_remedies();
  if (auto released = triggers.release(); !released) session_.problems.warn("triggers", released.error().message);
  if (alternate_) remove_alternate_lists();
}

void NetworkTier::plan_only() {
  if (const auto stale = why_lists_are_stale(); !stale.empty()) {
    session_.problems.warn("stale-lists", "the plan may be out of date: " + stale);
  }
  if (make_plan() == Step::failed) end_with_failure();
}

void NetworkTier::try_with_remedies() {
  bool mirror_tried = false;
  bool update_first = !why_lists_are_stale().empty();
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
}

NetworkTier::Step NetworkTier::attempt(bool update_first) {
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
    session_.problems.warn(
        std::string(word(source.kind)),
        fmt::format("a source that none of these packages needs cannot be read: {}: {}", source.url, source.detail),
        source.host);
  }
  return download_and_install();
}

NetworkTier::Step NetworkTier::update() {
  updated_ = true;
  const auto run = this->run(session_.tool.changing({"update"}, sources()), "update", 0);
  for (const auto& line : run.lines) {
    if (line.starts_with("Fetched ")) {
      session_.timer.add_bytes(
          "update",
          static_cast<std::int64_t>(parse_apt_size(base::join({base::words(line)[1], base::words(line)[2]}, " "))));
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

NetworkTier::Step NetworkTier::make_plan() {
  session_.timer.begin("plan");
  // An archive folder that is not there makes apt name every archive, also those that lie in its cache.
  auto command = session_.tool.asking(
      install_arguments({"--print-uris", "-o", "Dir::Cache::archives=/nonexistent/", "-o", "Acquire::ForceHash=SHA256"},
                        missing_texts()),
      sources());
  command.timeout = session_.tool.time_left(kQuestion);
  std::string listing;
  std::vector<std::string> lines;
  command.on_line = [&](platform::Stream stream, std::string_view line) {
    if (stream == platform::Stream::out) listing.append(line).append("\n");
    lines.emplace_back(line);
  };
  const auto outcome = session_.platform.processes.run(command);
  session_.timer.end();
  if (!outcome) {
    session_.problems.fail(outcome.error());
    return Step::ended;
  }
  RunResult run;
  run.phase = "plan";
  run.seconds = session_.timer.seconds_in("plan");
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

NetworkTier::Step NetworkTier::download_and_install() {
  if (!plan_.removed.empty()) {
    session_.problems.warn(
        "removal", fmt::format("apt removes installed packages that conflict: {}", base::join(plan_.removed, ", ")));
  }
  const auto archives = archives_folder();
  if (archives) {
    if (const Step step = fetch(*archives); step != Step::done) return step;
  }
  const auto ahead = archives ? read_ahead(*archives) : nullptr;
  if (ahead) session_.tool.use_stand_in(ahead->folder());
  auto run = this->run(session_.tool.changing(install_arguments({"--allow-downgrades"}, missing_texts()), sources()),
                       "download", static_cast<double>(plan_.bytes()));
  session_.tool.use_stand_in({});
  if (ahead)
    session_.platform.log.detail(
        fmt::format("{} of {} archives were read ahead", ahead->served(), plan_.packages.size()));
  if (run.how == RunResult::How::done) session_.timer.add_bytes("download", plan_.bytes());
  return judge(run);
}

// Where apt keeps archives. Nothing when it does not say.
std::optional<std::filesystem::path> NetworkTier::archives_folder() {
  platform::Command command;
  command.argv = {"apt-config", "shell", "folder", "Dir::Cache::archives/d"};
  command.timeout = session_.tool.time_left(kQuestion);
  const auto outcome = session_.platform.processes.run(command);
  if (!outcome || !outcome->succeeded()) return std::nullopt;
  const auto parts = base::split(outcome->out, '\'');  // folder='/var/cache/apt/archives/'
  if (parts.size() != 3 || parts[1].empty()) return std::nullopt;
  return parts[1];
}

// Downloads the archives over several connections. Where that fails by itself, apt-get is left to do it, and to say
// what is wrong.
NetworkTier::Step NetworkTier::fetch(const std::filesystem::path& archives) {
  const auto list = archives_to_fetch(plan_, archives);
  std::int64_t bytes = 0;
  for (const auto& archive : list) bytes += archive.bytes;
  if (bytes < kWorthFetching) return Step::done;
  const auto folder = platform::TemporaryFolder::make("/tmp", "ci-optimizer-list-");
  if (!folder || !platform::write_file(folder->path() / "list", to_text(list))) return Step::done;
  auto run = this->run(session_.tool.fetching(folder->path() / "list", archives, sources()), "download",
                       static_cast<double>(bytes));
  if (run.how == RunResult::How::failed && !run.was_stopped) {
    session_.platform.log.detail("archives could not be fetched together: " + run.failure.detail);
    return Step::done;
  }
  return judge(run);
}

// Has the archives of the plan decompressed while apt and dpkg do the rest. Nothing where that cannot be: dpkg then
// does it by itself.
std::unique_ptr<DpkgDebService> NetworkTier::read_ahead(const std::filesystem::path& folder) {
  if (plan_.packages.empty()) return nullptr;
  std::vector<std::filesystem::path> archives;
  for (const auto& package : plan_.packages) archives.push_back(folder / package.file);
  UnpackAhead::Limits limits;
  limits.workers = std::max(1U, std::thread::hardware_concurrency());
  auto service = DpkgDebService::start(session_.settings.program, archives, limits);
  if (service && session_.settings.lifetime == Lifetime::ephemeral) {
    (void)add_stand_in((*service)->folder(), session_.settings.program, kFcCache);
  }
  if (service) return std::move(*service);
  session_.problems.warn("read-ahead", "archives are not read ahead: " + service.error().message);
  return nullptr;
}

NetworkTier::Step NetworkTier::judge(const RunResult& run) {
  if (session_.problems.fail_for_good(run)) return Step::ended;
  if (run.how == RunResult::How::done) return Step::done;
  failure_ = run.failure;
  failed_phase_ = run.phase;
  failed_seconds_ = run.seconds;
  return Step::failed;
}

RunResult NetworkTier::run(platform::Command command, const std::string& phase, double expected_bytes) {
  return AptRun(session_.platform, session_.settings, session_.timer).run(std::move(command), phase, expected_bytes);
}

void NetworkTier::end_with_failure() {
  session_.problems.fail_to_install(base::join(missing_texts(), ", "), failure_, failed_phase_, failed_seconds_);
}

// Puts other mirrors in the place of those that failed. Returns whether there is any.
bool NetworkTier::use_next_mirror() {
  const std::string story = fmt::format("{}: {}", failure_.host.empty() ? "download" : failure_.host, failure_.detail);
  auto alternate = AlternateSources::make("/etc/apt", failure_.host, session_.settings.mirrors);
  if (!alternate) session_.problems.warn("alternate-sources", alternate.error().message);
  if (alternate && *alternate) {
    alternate_.emplace(std::move(**alternate));
    session_.problems.warn(std::string(word(failure_.kind)), fmt::format("{}; trying {}", story, alternate_->host()),
                           failure_.host);
    return true;
  }
  session_.problems.warn(std::string(word(failure_.kind)), story + "; trying once more", failure_.host);
  return false;
}

// apt wrote its lists there as root.
void NetworkTier::remove_alternate_lists() {
  auto command = session_.tool.as_root({"rm", "-rf", "--", alternate_->lists().string()});
  command.timeout = kQuestion;
  command.on_cancellation = platform::OnCancellation::finish;
  (void)session_.platform.processes.run(command);
}

// Waits a second for another apt to end. Returns whether to try again.
bool NetworkTier::wait_for_lock() {
  if (session_.platform.clock.monotonic() - session_.started > kLockWait) return false;
  session_.platform.clock.sleep(std::chrono::seconds(1));
  return session_.platform.cancellation.signal() == 0;
}

std::vector<std::string> NetworkTier::missing_texts() const {
  std::vector<std::string> texts;
  for (const auto* spec : missing_) texts.push_back(spec->text);
  return texts;
}

}  // namespace ci::apt
