#include "optimize/job.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apt/installation.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "optimize/cache_place.hpp"
#include "optimize/exit_code.hpp"
#include "optimize/job_caches.hpp"
#include "optimize/job_go.hpp"
#include "smoke/smoke_test.hpp"
#include "store/locator.hpp"

namespace ci::optimize {
namespace {

class Job {
 public:
  Job(const platform::Platform& platform, const Request& request, history::Record& record, EarlierJobs& earlier,
      const Judge& judge)
      : platform_(platform),
        request_(request),
        record_(record),
        earlier_(earlier),
        judge_(judge),
        started_(platform.clock.monotonic()) {}

  JobState run() {
    restore_paths();
    if (request_.apt) install(*request_.apt);
    if (request_.go) timed("go", "Go", [this] { go(); });
    if (!request_.smoke.empty()) timed("smoke", "smoke tests", [this] { smoke(); });
    if (record_.apt) judge_budget(*record_.apt);
    if (!pending_saves_.empty() || !caches_.caches.empty()) timed("caches", "save", [this] { save_caches_of_job(); });
    finish();
    return std::move(caches_);
  }

 private:
  // Does one part of the job and keeps when it began and how long it took.
  template <class Work>
  void timed(const char* lane, const char* name, Work work) {
    const auto begin = platform_.clock.monotonic();
    work();
    const auto taken = platform_.clock.monotonic() - begin;
    record_.spans.push_back({lane, name, base::seconds(begin - started_), base::seconds(taken)});
  }

  void restore_paths() {
    const auto restore = [this] { caches_ = restore_caches(platform_, request_, earlier_); };
    if (request_.caches.empty()) return restore();
    platform_.log.begin_group("Restore caches");
    timed("caches", "restore", restore);
    platform_.log.end_group();
    for (const auto& cache : caches_.caches) record_.caches.push_back(cache.outcome);
  }

  void save_caches_of_job() {
    for (auto& pending : pending_saves_) save(pending);
    pending_saves_.clear();
    if (!caches_.caches.empty()) save_paths();
  }

  // Saves them here, or leaves that to the end of the whole job.
  void save_paths() {
    const bool only_over_budget = exit_.value() == kDeadline && !deadline_passed_;
    auto end = exit_.value() == kDone || only_over_budget ? JobEnd::success : JobEnd::failure;
    if (platform_.cancellation.signal() != 0) end = JobEnd::cancelled;
    if (!request_.state.empty()) {
      caches_.end = end;
      return;
    }
    save_caches(platform_, caches_, end, earlier_);
    for (const auto& cache : caches_.caches) {
      for (auto& outcome : record_.caches) {
        if (outcome.name == cache.outcome.name) outcome = cache.outcome;
      }
    }
    if (record_.go && record_.go->cache && saved_go_cache(record_.caches))
      record_.go->cache->state = history::GoCacheState::updated;
  }

  void install(const apt::Settings& settings) {
    platform_.log.begin_group(fmt::format("Install {}", names_of(settings)));
    apt::Cache cache = request_.cache;
    if (!request_.cache_store.empty()) {
      auto store = store::open_store(request_.cache_store, {kStoreLimit}, platform_);
      if (store) store_ = std::move(*store);
      cache.store = store_.get();
    }
    const double begin = base::seconds(platform_.clock.monotonic() - started_);
    auto result = apt::Installation(platform_, settings, cache).install();
    platform_.log.end_group();
    for (auto& outcome : result.caches) record_.caches.push_back(std::move(outcome));
    pending_saves_ = std::move(result.pending_saves);
    record_.apt = std::move(result.outcome);
    for (auto& span : result.spans) {
      span.start += begin;
      record_.spans.push_back(std::move(span));
    }
    for (auto& problem : result.problems) tell(std::move(problem));
    if (result.failure)
      fail(exit_code(*result.failure, platform_.cancellation.signal()), *result.failure == base::ErrorKind::timeout);
  }

  void go() {
    if (exit_.value() != kDone) return skip_go();
    platform_.log.begin_group("Go");
    auto result = run_go(platform_, request_, earlier_);
    platform_.log.end_group();
    record_.go = std::move(result.go);
    for (auto& outcome : result.outcomes) record_.caches.push_back(std::move(outcome));
    for (auto& cache : result.caches) caches_.caches.push_back(std::move(cache));
    for (auto& outcome : result.smoke) record_.smoke.push_back(std::move(outcome));
    if (request_.caches.empty()) caches_.restored_at = result.restored_at;
    if (record_.go->binary && record_.go->binary->build_seconds > 0)
      add_metric("binary_build_time", record_.go->binary->build_seconds, "seconds");
    for (auto& problem : result.problems) tell(std::move(problem));
    if (result.exit_code != kDone) fail(result.exit_code, result.by_deadline);
  }

  void skip_go() {
    record_.go.emplace();
    if (request_.go->key.binary.empty()) return;
    auto& binary = record_.go->binary.emplace();
    binary.paths = {request_.go->key.binary};
    binary.states = {history::BinaryState::missing};
    binary.reason = "the packages are not there";
  }

  // What a failed job installed is never saved.
  void save(apt::PendingSave& pending) {
    std::string reason = exit_.value() == kDone || exit_.value() == kDeadline ? "" : "the job failed";
    if (platform_.cancellation.signal() != 0) reason = "the job was cancelled";
    if (reason.empty()) reason = pending.commit();
    if (reason.empty()) return;
    for (auto& cache : record_.caches) {
      if (cache.name == pending.name()) cache.reason += "; not saved: " + reason;
    }
  }

  void smoke() {
    if (exit_.value() != kDone) {
      for (const auto& test : request_.smoke) {
        history::SmokeOutcome skipped;
        skipped.command = test.run;
        skipped.reason = record_.go && record_.go->binary ? "an earlier step failed" : "the packages are not there";
        record_.smoke.push_back(std::move(skipped));
      }
      return;
    }
    const auto outcomes = smoke::run_smoke_tests(platform_, request_.smoke, request_.deadline);
    record_.smoke.insert(record_.smoke.end(), outcomes.begin(), outcomes.end());
    for (const auto& outcome : outcomes) {
      if (outcome.status == history::SmokeStatus::passed || outcome.status == history::SmokeStatus::skipped) continue;
      history::Problem problem;
      problem.step = "smoke";
      problem.kind = outcome.status == history::SmokeStatus::timed_out ? "smoke-timed-out" : "smoke-failed";
      problem.seconds = outcome.seconds;
      problem.message = fmt::format("smoke test failed: {}: {}", outcome.command, outcome.reason);
      problem.hint = "the end of its output is in the report";
      tell(std::move(problem));
      const bool by_deadline = outcome.status == history::SmokeStatus::timed_out && past_deadline();
      fail(by_deadline ? kDeadline : kTestFailed, by_deadline);
    }
  }

  void judge_budget(const history::AptOutcome& apt) {
    std::int64_t bytes = 0;
    for (const auto& package : apt.packages) bytes += package.download_bytes;
    auto& time = add_metric("package_installation_time", apt.seconds, "seconds");
    time.threshold = base::seconds(request_.budget);
    // A run that did not get to its end says nothing about how long it takes.
    const bool complete = exit_.value() == kDone || exit_.value() == kTestFailed;
    if (complete) time.verdict = apt.seconds <= *time.threshold ? history::Verdict::met : history::Verdict::missed;
    const bool missed = time.verdict == history::Verdict::missed;
    add_metric("packages_installed", static_cast<double>(count_installed(apt)), "packages");
    add_metric("download_size", static_cast<double>(bytes), "bytes");
    if (!missed || request_.budget_gate == Gate::off) return;
    history::Problem problem;
    problem.level =
        request_.budget_gate == Gate::fail ? history::Problem::Level::failure : history::Problem::Level::warning;
    problem.step = "budget";
    problem.kind = "budget-missed";
    problem.seconds = apt.seconds;
    problem.message =
        fmt::format("installing packages took {}, over the budget of {}", base::human_seconds(apt.seconds),
                    base::human_seconds(base::seconds(request_.budget)));
    problem.hint = "the phases in the report show where the time went";
    tell(std::move(problem));
    if (request_.budget_gate == Gate::fail) fail(kDeadline, false);
  }

  void finish() {
    record_.ended_at = platform_.clock.now();
    record_.seconds = base::seconds(platform_.clock.monotonic() - started_);
    if (platform_.cancellation.signal() == 0) judge();
    if (const int signal = platform_.cancellation.signal(); signal != 0)
      exit_.add(exit_code(base::ErrorKind::cancelled, signal));
    (void)history::advance(record_.status, end_status());
    record_.exit_code = exit_.value();
  }

  [[nodiscard]] history::JobStatus end_status() const {
    if (platform_.cancellation.signal() != 0) return history::JobStatus::cancelled;
    if (exit_.value() == kDone) return history::JobStatus::success;
    return exit_.value() == kDeadline && deadline_passed_ ? history::JobStatus::timed_out : history::JobStatus::failure;
  }

  void judge() {
    auto ended = record_;
    ended.status = end_status();
    for (auto& problem : judge_(ended)) {
      if (problem.level == history::Problem::Level::failure) fail(kDeadline, false);
      tell(std::move(problem));
    }
  }

  // Keeps a problem and says it, unless the feature said it already.
  void tell(history::Problem problem) {
    if (problem.level == history::Problem::Level::failure) {
      platform_.log.error({base::ErrorKind::environment, problem.message, problem.hint});
    } else if (problem.step == "budget" || problem.step == "history") {
      platform_.log.warning(problem.message);
    }
    record_.problems.push_back(std::move(problem));
  }

  void fail(int code, bool by_deadline) {
    exit_.add(code);
    deadline_passed_ = deadline_passed_ || by_deadline;
  }

  [[nodiscard]] bool past_deadline() const {
    return request_.deadline && platform_.clock.monotonic() >= *request_.deadline;
  }

  history::Metric& add_metric(std::string name, double value, std::string unit) {
    auto& metric = record_.metrics.emplace_back();
    metric.id = base::random_uuid();
    metric.name = std::move(name);
    metric.value = value;
    metric.unit = std::move(unit);
    return metric;
  }

  static std::string names_of(const apt::Settings& settings) {
    std::vector<std::string> names;
    for (const auto& spec : settings.packages) names.push_back(spec.text);
    return base::join(names, " ");
  }

  static std::int64_t count_installed(const history::AptOutcome& apt) {
    return std::count_if(apt.packages.begin(), apt.packages.end(),
                         [](const auto& package) { return package.status == history::PackageStatus::installed; });
  }

  const platform::Platform& platform_;
  const Request& request_;
  history::Record& record_;
  EarlierJobs& earlier_;
  const Judge& judge_;
  platform::Monotonic started_;
  ExitCode exit_;
  bool deadline_passed_ = false;
  std::unique_ptr<store::Store> store_;
  std::vector<apt::PendingSave> pending_saves_;
  JobState caches_;
};

}  // namespace

JobState run_job(const platform::Platform& platform, const Request& request, history::Record& record,
                 EarlierJobs& earlier, const Judge& judge) {
  return Job(platform, request, record, earlier, judge).run();
}

}  // namespace ci::optimize
