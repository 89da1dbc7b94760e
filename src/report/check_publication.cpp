#include "report/check_publication.hpp"

#include <algorithm>

#include "github/event.hpp"
#include "platform/foreign_text.hpp"
#include "report/check_identity.hpp"
#include "report/check_report.hpp"
#include "report/foreign_records.hpp"

namespace ci::report {
namespace {

using history::Record;

// The context and the records as GitHub knows their run.
base::Result<void> attribute_all(github::Context& context, std::vector<Record>& records) {
  if (context.event_name == "workflow_run") {
    const auto run = github::read_followed_run(context);
    if (!run) return base::fail(run.error());
    context.run_id = run->run_id;
    context.run_attempt = run->attempt;
    context.workflow_path = run->workflow_path;
    for (auto& record : records) attribute(record, *run);
    return {};
  }
  for (const auto& record : records) {
    if (record.repository != context.repository) {
      return base::fail(base::ErrorKind::data, "the record is not of this repository but of '" +
                                                   platform::disarmed_line(record.repository) + "'");
    }
  }
  return {};
}

base::Error refusal(const history::Problem& problem) {
  const bool later = problem.kind == "unavailable" || problem.kind == "rate-limit" ||
                     problem.kind == "secondary-rate-limit" || problem.kind == "cancelled";
  return {later ? base::ErrorKind::unavailable : base::ErrorKind::permission, problem.message, problem.hint};
}

base::Result<std::string> send(const platform::Platform& platform, const github::Context& context, Record record,
                               const std::string& name) {
  // What kept the job itself from making its check run is history now.
  record.problems.erase(std::remove_if(record.problems.begin(), record.problems.end(),
                                       [](const history::Problem& problem) { return problem.step == "report"; }),
                        record.problems.end());
  CheckReport check(platform.http, platform.clock, context, name, CheckWish::asked_for);
  check.begin(record);
  // A job that was cancelled had little time for its check run; this one has more.
  if (const auto open = check.open(); open && record.status == history::JobStatus::cancelled) check.resume(*open);
  check.complete(record, nullptr);
  if (!check.completed()) return base::fail(refusal(record.problems.back()));
  return record.check_run_url;
}

}  // namespace

base::Result<std::vector<PublishedCheck>> publish_checks(const platform::Platform& platform, github::Context context,
                                                         std::vector<Record> records, const std::string& name,
                                                         Publication publication) {
  if (!name.empty() && records.size() > 1)
    return base::fail(base::ErrorKind::data, "one name for several records", "leave the name out, or give one record");
  if (const auto attributed = attribute_all(context, records); !attributed) return base::fail(attributed.error());
  const auto event = github::read_event(context);
  std::vector<PublishedCheck> published;
  for (const auto& record : records) {
    auto& made = published.emplace_back();
    made.name = name.empty() ? default_check_name(record) : name;
    made.head_sha = event.head_sha;
    made.conclusion = history::check_conclusion(record.status);
    if (publication == Publication::only_plan) continue;
    // GitHub asks for a second between changes.
    if (published.size() > 1) platform.clock.sleep(std::chrono::seconds(1));
    auto url = send(platform, context, record, made.name);
    if (!url) return base::fail(url.error().within(made.name));
    made.url = std::move(*url);
  }
  return published;
}

}  // namespace ci::report
