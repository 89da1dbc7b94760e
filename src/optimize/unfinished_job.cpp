#include "optimize/unfinished_job.hpp"

#include "history/record_reader.hpp"
#include "optimize/record_owner.hpp"
#include "platform/filesystem.hpp"
#include "report/check_report.hpp"
#include "report/summary.hpp"

namespace ci::optimize {
namespace {

using history::JobStatus;
using history::Problem;
using history::Record;

constexpr int kKilledExitCode = 137;      // 128 and the number of SIGKILL, as shells say it
constexpr int kTerminatedExitCode = 143;  // 128 and the number of SIGTERM

bool is_over(const Record& record) {
  return record.status != JobStatus::pending && record.status != JobStatus::running;
}

// The little that is known of a job that keeps no record.
Record record_without_history(const github::Context& context, base::TimePoint now) {
  auto record = record_of(context);
  record.status = JobStatus::running;
  record.started_at = now;
  return record;
}

void end_record(Record& record, JobEnd end, base::TimePoint now) {
  const bool cancelled = end == JobEnd::cancelled;
  record.status = cancelled ? JobStatus::cancelled : JobStatus::failure;
  record.exit_code = cancelled ? kTerminatedExitCode : kKilledExitCode;
  record.ended_at = now;
  record.seconds = base::seconds(now - record.started_at);
  Problem problem;
  problem.level = Problem::Level::failure;
  problem.step = "job";
  problem.kind = "killed";
  problem.message = "ci-optimizer was killed before it could end the job";
  problem.hint = cancelled ? "a runner kills what has not ended ten seconds after the job was cancelled"
                           : "a machine that is out of memory kills so; its log would say";
  record.problems.push_back(std::move(problem));
}

void warn(const platform::Platform& platform, const base::Result<void>& written) {
  if (!written) platform.log.warning("cannot complete the record: " + written.error().message);
}

}  // namespace

std::optional<Record> end_unfinished_job(const platform::Platform& platform, const JobState& state, JobEnd end,
                                         const github::Context& context) {
  if (!state.check && state.end != JobEnd::unknown) return std::nullopt;
  const auto now = platform.clock.now();
  auto record = record_without_history(context, now);
  bool kept = false;
  if (!state.record_path.empty()) {
    const auto text = platform::read_file(state.record_path);
    auto read = text ? history::parse_record(*text) : base::Result<Record>(base::fail(text.error()));
    kept = read.has_value();
    if (read)
      record = std::move(*read);
    else
      platform.log.warning("cannot complete the record: " + read.error().message);
  }
  const bool was_over = is_over(record);
  if (!was_over) end_record(record, end, now);
  if (state.check) {
    report::CheckReport check(platform.http, platform.clock, context, state.check->name, report::CheckWish::asked_for);
    check.resume(*state.check);
    const std::size_t told = record.problems.size();
    check.complete(record, nullptr);
    for (std::size_t i = told; i < record.problems.size(); ++i) platform.log.warning(record.problems[i].message);
  }
  if (kept) {
    warn(platform, platform::write_file(state.record_path, history::to_json(record).pretty() + '\n'));
    if (!was_over && !record.report_path.empty())
      warn(platform, platform::write_file(record.report_path, report::summary(record, nullptr)));
  }
  if (was_over) return std::nullopt;
  return record;
}

}  // namespace ci::optimize
