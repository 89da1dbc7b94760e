#include "report/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "github/event.hpp"
#include "report/annotation.hpp"
#include "report/markdown.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using github::Refusal;
using history::Problem;
using history::Record;

constexpr std::size_t kLongestMarkdown = 65'535;
// Nobody waits for a report before the job begins.
constexpr github::Patience kShort{std::chrono::seconds(5), std::chrono::seconds(8), platform::OnCancellation::stop};
// A check run that never ends is worse than a few seconds more; the runner kills a cancelled step after ten.
constexpr github::Patience kLast{std::chrono::seconds(60), std::chrono::seconds(120), platform::OnCancellation::finish};
constexpr github::Patience kCancelled{std::chrono::seconds(0), std::chrono::seconds(4),
                                      platform::OnCancellation::finish};
constexpr std::string_view kForkHint =
    "pull requests from forks and Dependabot get a read-only token; else give the job the permission `checks: write`";

struct Story {
  std::string_view kind;
  std::string_view hint;
  bool for_good = true;  // asking again cannot help
};

Story story(Refusal::Kind kind) {
  switch (kind) {
    case Refusal::Kind::read_only_token:
      return {"read-only-token", kForkHint};
    case Refusal::Kind::rate_limit:
      return {"rate-limit", "the token's requests of this hour are used up; fewer jobs with `report: check` use fewer",
              false};
    case Refusal::Kind::secondary_limit:
      return {"secondary-rate-limit", "fewer jobs that report at the same time", false};
    case Refusal::Kind::wrong_app:
      return {"wrong-app",
              "check runs need the workflow's own GITHUB_TOKEN or a GitHub App's token; personal tokens cannot"};
    case Refusal::Kind::bad_token:
      return {"bad-token", "give the input `github-token` a token that is valid"};
    case Refusal::Kind::not_found:
      return {"not-found", "the token must have access to this repository, with `checks: write`"};
    case Refusal::Kind::invalid:
      return {"invalid-request", "please report this to the authors of ci-optimizer"};
    case Refusal::Kind::forbidden:
      return {"forbidden", "give the job the permission `checks: write`"};
    case Refusal::Kind::unavailable:
      return {"unavailable", "", false};
    case Refusal::Kind::cancelled:
      return {"cancelled", "", false};
  }
  return {"unavailable", "", false};
}

Problem warning(std::string kind, std::string message, std::string hint) {
  Problem problem;
  problem.level = Problem::Level::warning;
  problem.step = "report";
  problem.kind = std::move(kind);
  problem.message = std::move(message);
  problem.hint = std::move(hint);
  return problem;
}

bool tells(const Record& record, std::string_view kind) {
  return std::any_of(record.problems.begin(), record.problems.end(),
                     [&](const Problem& problem) { return problem.step == "report" && problem.kind == kind; });
}

// One check run for each run, attempt, job and set of matrix values.
std::string external_id(const Record& record) {
  std::string id = fmt::format("{}-{}-{}", record.run_id, record.run_attempt, record.job);
  for (const auto& [name, value] : record.matrix) id += fmt::format("-{}={}", name, value);
  return std::string(base::truncate_utf8(id, 255));
}

github::AnnotationLevel level(Annotation::Level level) {
  switch (level) {
    case Annotation::Level::failure:
      return github::AnnotationLevel::failure;
    case Annotation::Level::warning:
      return github::AnnotationLevel::warning;
    case Annotation::Level::notice:
      return github::AnnotationLevel::notice;
  }
  return github::AnnotationLevel::notice;
}

}  // namespace

std::string default_check_name(const Record& record) {
  std::vector<std::string> parts{"ci-optimizer"};
  for (const auto& part : {record.workflow, record.job}) {
    if (!part.empty()) parts.push_back(part);
  }
  std::string name = base::join(parts, " / ");
  std::vector<std::string> values;
  for (const auto& [key, value] : record.matrix) values.push_back(value);
  if (!values.empty()) name += " (" + base::join(values, ", ") + ")";
  return std::string(base::truncate_utf8(name, 255));
}

github::CheckOutput check_output(const Record& record, const std::string& workflow_path) {
  github::CheckOutput output;
  output.title = verdict(record);
  const auto found = annotations(record);
  std::string dropped;
  if (found.size() > github::kMostAnnotations) {
    dropped = fmt::format("\n{} annotations are shown, {} more were dropped.\n", github::kMostAnnotations,
                          found.size() - github::kMostAnnotations);
  }
  output.summary = fit(story_sections(record), kLongestMarkdown - dropped.size()) + dropped;
  output.text = fit(table_sections(record), kLongestMarkdown);
  for (const auto& annotation : found) {
    github::CheckAnnotation& made = output.annotations.emplace_back();
    made.level = level(annotation.level);
    // The API wants a file for every annotation; the workflow is what asked for this job.
    made.path = !annotation.path.empty() ? annotation.path : workflow_path.empty() ? ".github" : workflow_path;
    made.start_line = annotation.start_line;
    made.end_line = annotation.end_line;
    made.title = annotation.title;
    made.message = annotation.message;
  }
  return output;
}

CheckReport::CheckReport(platform::Http& http, platform::Clock& clock, const github::Context& context, std::string name)
    : context_(context),
      name_(std::move(name)),
      client_(http, clock, context_),
      checks_(client_, context_.repository) {}

void CheckReport::begin(Record& record) {
  if (context_.repository.empty() || context_.commit_sha.empty()) {
    refused_ = true;
    record.problems.push_back(warning("no-commit", "no check run: the repository and the commit are not known",
                                      "a check run can be made in GitHub Actions only"));
    return;
  }
  if (context_.token.empty()) {
    refused_ = true;
    record.problems.push_back(warning("no-token", "no check run: there is no token",
                                      "pass `github-token: ${{ github.token }}` and give the job `checks: write`"));
    return;
  }
  create(record, kShort);
}

void CheckReport::complete(Record& record) {
  if (refused_) return;
  github::Patience patience = record.status == history::JobStatus::cancelled ? kCancelled : kLast;
  if (!id_ && !create(record, patience)) return;
  auto output = check_output(record, context_.workflow_path);
  const github::Conclusion conclusion{std::string(history::check_conclusion(record.status)),
                                      record.ended_at.value_or(record.started_at)};
  auto concluded = checks_.conclude(*id_, output, conclusion, patience);
  if (!concluded && concluded.error().kind == Refusal::Kind::invalid && !output.annotations.empty()) {
    // A check run that never ends would be worse than one without annotations.
    warn(record, concluded.error());
    output.annotations.clear();
    concluded = checks_.conclude(*id_, output, conclusion, patience);
  }
  if (!concluded) warn(record, concluded.error());
}

bool CheckReport::create(Record& record, github::Patience patience) {
  const auto event = github::read_event(context_);
  if (!event.warning.empty() && !tells(record, "event-payload"))
    record.problems.push_back(warning("event-payload", event.warning, ""));
  github::CheckRun check;
  check.name = name_.empty() ? default_check_name(record) : name_;
  check.head_sha = event.head_sha;
  check.details_url = context_.job_url();
  check.external_id = external_id(record);
  check.started_at = record.started_at;
  github::CheckOutput output;
  output.title = "Running";
  output.summary = "ci-optimizer is at work; its result will be here.";
  const auto created = checks_.create(check, output, patience);
  if (!created) {
    warn(record, created.error());
    refused_ = story(created.error().kind).for_good;
    return false;
  }
  id_ = created->id;
  record.check_run_url = created->url;
  return true;
}

void CheckReport::warn(Record& record, const Refusal& refusal) const {
  const auto [kind, hint, for_good] = story(refusal.kind);
  if (tells(record, kind)) return;
  std::string message = "the check run could not be written: " + refusal.message;
  if (refusal.kind == Refusal::Kind::read_only_token) message += "; its annotations are in this job's log and summary";
  record.problems.push_back(warning(std::string(kind), std::move(message), std::string(hint)));
}

}  // namespace ci::report
