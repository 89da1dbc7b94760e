#include "optimize/job_check.hpp"

#include "optimize/job_state.hpp"

namespace ci::optimize {

JobCheck::JobCheck(const platform::Platform& platform, const Request& request, const github::Context& context)
    : platform_(platform), request_(request) {
  if (request_.check == CheckRun::off) return;
  const auto wish = request_.check == CheckRun::on ? report::CheckWish::asked_for : report::CheckWish::if_possible;
  report_.emplace(platform.http, platform.clock, context, request_.check_name, wish);
}

void JobCheck::begin(const history::Record& record) {
  if (!report_) return;
  begun_ = record;
  begun_.problems.clear();  // settle() adds those of the check run only
  beginning_ = std::async(std::launch::async, [this] {
    report_->begin(begun_);
    if (request_.state.empty() || !report_->open()) return;
    auto state = unfinished_state(request_, begun_);
    state.check = report_->open();
    leave_state(request_.state, state, platform_.log);
  });
}

void JobCheck::settle(history::Record& record) {
  if (!beginning_.valid()) return;
  beginning_.get();
  record.check_run_url = begun_.check_run_url;
  for (auto& problem : begun_.problems) record.problems.push_back(std::move(problem));
}

void JobCheck::complete(history::Record& record, const insight::Insight* insight) {
  if (report_) report_->complete(record, insight);
}

std::optional<report::OpenCheck> JobCheck::open() const {
  return report_ ? report_->open() : std::nullopt;
}

}  // namespace ci::optimize
