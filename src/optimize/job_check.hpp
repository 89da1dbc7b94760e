#pragma once
// The check run around a job.
#include <future>
#include <optional>

#include "github/context.hpp"
#include "history/record.hpp"
#include "optimize/request.hpp"
#include "platform/platform.hpp"
#include "report/check_report.hpp"

namespace ci::optimize {

// None of its functions does anything when the request wants no check run.
class JobCheck {
 public:
  JobCheck(const platform::Platform& platform, const Request& request, const github::Context& context);
  JobCheck(const JobCheck&) = delete;
  JobCheck& operator=(const JobCheck&) = delete;

  // Begins the check run of `record` while the job is at work: nobody waits for a report. Once it is there, the state
  // says so that somebody else can complete it.
  void begin(const history::Record& record);

  // Waits until it has begun, a few seconds at most, and puts into `record` what came of that.
  void settle(history::Record& record);

  // Completes it; may add a warning to record.problems.
  void complete(history::Record& record, const insight::Insight* insight);

  // What somebody else must complete if this process cannot. Call it after settle().
  [[nodiscard]] std::optional<report::OpenCheck> open() const;

 private:
  const platform::Platform& platform_;
  const Request& request_;
  std::optional<report::CheckReport> report_;
  history::Record begun_;  // the record that the other thread writes to
  std::future<void> beginning_;
};

}  // namespace ci::optimize
