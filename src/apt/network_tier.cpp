#include "apt/network_tier.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::apt {
namespace {

constexpr auto kLockWait = std::chrono::seconds(60);  // for another apt to finish

const PlannedPackage* find(const Plan& plan, const std::string& file) {
  const auto found =
      std::find_if(plan.packages.begin(), plan.packages.end(), [&](const auto& one) { return one.file == file; });
  return found == plan.packages.end() ? nullptr : &*found;
}

// Gives `plan` the sizes and digests that `other` has from the mirror. Returns whether both do the same; their order
// tells nothing, for it depends on the sources.
bool take_origins(Plan& plan, const Plan& other) {
  if (plan.packages.size() != other.packages.size() || plan.removed != other.removed) return false;
  for (auto& package : plan.packages) {
    const auto* origin = find(other, package.file);
    if (origin == nullptr) return false;
    package.bytes = origin->bytes;
    package.hash = origin->hash;
  }
  return true;
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
  try_with_remedies();
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
    if (reused_ > 0 && failed_phase_ == "download") {
      // Whatever it was, the mirror has them too.
      session_.problems.warn(std::string(word(failure_.kind)),
                             "archives of the cache are not used: " + failure_.detail);
      may_reuse_ = false;
      update_first = false;
    } else if (cure == Remedy::update_lists && !updated_) {
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
  transaction_ = std::make_unique<Transaction>(session_, missing_texts(), sources());
  const auto run = transaction_->make_plan();
  if (run.how == RunResult::How::done) plan_ = transaction_->plan();
  return judge(run);
}

// Has apt take those archives from the cache that are what it would download, when that does not change its plan.
void NetworkTier::reuse_archives() {
  reused_ = 0;
  if (cached_.repository == nullptr || !may_reuse_) return;
  const auto* configured = session_.tool.configured();
  const SourceFolders machine{
      kMachineSources, configured ? configured->parts() : kMachineSourceParts, kMachineLists, {}};
  auto beside = cached_.repository->beside(sources() != nullptr ? *sources() : machine, plan_);
  if (!beside) session_.problems.warn("cached-archives", beside.error().message);
  if (!beside || !*beside) return;
  beside_ = std::move(**beside);
  auto transaction = std::make_unique<Transaction>(session_, missing_texts(), &*beside_);
  const auto run = transaction->make_plan();
  auto plan = transaction->plan();
  if (run.how != RunResult::How::done || !take_origins(plan, plan_)) return;
  plan_ = std::move(plan);
  for (const auto& package : plan_.packages) {
    if (cached_.repository->find(package.local_file) != nullptr) ++reused_;
  }
  transaction_ = std::move(transaction);
}

NetworkTier::Step NetworkTier::download_and_install() {
  reuse_archives();
  const auto run = transaction_->install(cached_.copies);
  archives_ = transaction_->archives();
  return judge(run);
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
  const auto* configured = session_.tool.configured();
  auto alternate = AlternateSources::make(kMachineSources, configured ? configured->parts() : kMachineSourceParts,
                                          failure_.host, session_.settings.mirrors);
  if (!alternate) session_.problems.warn("alternate-sources", alternate.error().message);
  if (alternate && *alternate) {
    alternate_.emplace(std::move(**alternate));
    folders_ = alternate_->folders();
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
