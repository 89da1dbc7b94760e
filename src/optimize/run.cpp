#include "optimize/run.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/ids.hpp"
#include "github/event.hpp"
#include "key/runner.hpp"
#include "optimize/job.hpp"
#include "optimize/job_check.hpp"
#include "optimize/record_keeping.hpp"
#include "optimize/record_owner.hpp"
#include "optimize/regression_gate.hpp"

namespace ci::optimize {
namespace {

history::Record new_record(const platform::Platform& platform, const github::Context& context) {
  auto record = record_of(context);
  record.id = base::random_uuid();
  record.default_branch = github::default_branch(context);
  record.started_at = platform.clock.now();
  auto runner = key::read_runner(platform.environment);
  record.runner = {std::move(runner.os), std::move(runner.architecture), std::move(runner.image),
                   std::move(runner.image_version)};
  for (const auto& need : context.needs) record.needs.push_back({need.job, need.result, need.reason});
  return record;
}

class Run {
 public:
  Run(const platform::Platform& platform, const Request& request, const github::Context& context)
      : platform_(platform),
        request_(request),
        record_(new_record(platform, context)),
        keeping_(platform, request),
        check_(platform, request, context) {}

  RunOutcome run() {
    do_job();
    return {std::move(record_), std::move(insight_)};
  }

 private:
  void do_job() {
    keeping_.name_files(record_);
    record_.artifact_required = request_.go && !request_.go->key.binary.empty();
    if (skipped()) return;
    (void)history::advance(record_.status, history::JobStatus::running);
    keeping_.keep(record_, insight());
    if (!request_.state.empty()) leave_state(request_.state, unfinished_state(request_, record_), platform_.log);
    check_.begin(record_);
    EarlierJobs earlier(keeping_.store(), {record_.repository, record_.workflow, record_.job, ""});
    auto left =
        run_job(platform_, request_, record_, earlier, [this](const history::Record& ended) { return judge(ended); });
    check_.settle(record_);
    if (check_.open()) {
      // Completing it may take a while: a run killed meanwhile has its record, and its end somebody who goes on with
      // it.
      keeping_.keep(record_, insight());
      leave(left);
      check_.complete(record_, insight());
    }
    leave(left);
    keeping_.keep(record_, insight());
  }

  [[nodiscard]] const insight::Insight* insight() const { return insight_ ? &*insight_ : nullptr; }

  // What the kept runs say about this one, and what follows.
  std::vector<history::Problem> judge(const history::Record& ended) {
    if (keeping_.store() == nullptr) return {};
    auto seen = insight::look_back(*keeping_.store(), ended);
    if (!seen) {
      platform_.log.warning("the history was not looked at: " + seen.error().message);
      return {};
    }
    insight_ = std::move(*seen);
    auto problem = regression_problem(*insight_, request_.regression_gate);
    if (!problem) return {};
    return {std::move(*problem)};
  }

  void leave(JobState& left) {
    if (request_.state.empty()) return;
    tell_of_record(left, request_, record_);
    left.check = check_.open();
    leave_state(request_.state, left, platform_.log);
  }

  // A job that needs the binary of one that has not succeeded does nothing but say so (seed 1, "Failure propagation").
  bool skipped() {
    if (!record_.artifact_required) return false;
    for (const auto& need : record_.needs) {
      if (need.result.empty() || need.result == "success") continue;
      history::Problem problem;
      problem.level = history::Problem::Level::warning;
      problem.step = "needs";
      problem.kind = "need-" + need.result;
      problem.message = fmt::format("skipped: the job {} ended with {}{}", need.job, need.result,
                                    need.reason.empty() ? "" : ": " + need.reason);
      platform_.log.warning(problem.message);
      record_.problems.push_back(std::move(problem));
    }
    if (record_.problems.empty()) return false;
    (void)history::advance(record_.status, history::JobStatus::skipped);
    record_.exit_code = 0;
    record_.ended_at = platform_.clock.now();
    keeping_.keep(record_, insight());
    return true;
  }

  const platform::Platform& platform_;
  const Request& request_;
  history::Record record_;
  RecordKeeping keeping_;
  JobCheck check_;
  std::optional<insight::Insight> insight_;
};

}  // namespace

RunOutcome run(const platform::Platform& platform, const Request& request, const github::Context& context) {
  return Run(platform, request, context).run();
}

}  // namespace ci::optimize
