#include "report/check_report.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "github/event.hpp"
#include "report/annotation.hpp"
#include "report/check_identity.hpp"
#include "report/refusal_story.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"

namespace ci::report {
namespace {

using github::Refusal;
using history::Record;

constexpr std::size_t kLongestMarkdown = 65'535;
constexpr github::Patience kShort{std::chrono::seconds(5), std::chrono::seconds(8), platform::OnCancellation::stop};
// Nobody asked for it.
constexpr github::Patience kTrial{std::chrono::seconds(0), std::chrono::seconds(4), platform::OnCancellation::stop};
// A check run that never ends is worse than a few seconds more; the runner kills a cancelled step after ten.
constexpr github::Patience kLast{std::chrono::seconds(60), std::chrono::seconds(120), platform::OnCancellation::finish};
constexpr github::Patience kCancelled{std::chrono::seconds(0), std::chrono::seconds(4),
                                      platform::OnCancellation::finish};
// In the action's post step: the main step has waited already.
constexpr github::Patience kAfterwards{std::chrono::seconds(10), std::chrono::seconds(20),
                                       platform::OnCancellation::finish};

// Whether another request would meet the same.
bool ends_the_attempt(Refusal::Kind kind) {
  return kind != Refusal::Kind::not_found && kind != Refusal::Kind::invalid && kind != Refusal::Kind::forbidden &&
         kind != Refusal::Kind::wrong_app;
}

bool answer_was_lost(Refusal::Kind kind) {
  return kind == Refusal::Kind::unavailable || kind == Refusal::Kind::cancelled;
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

github::CheckOutput check_output(const Record& record, const insight::Insight* insight,
                                 const std::string& workflow_path, std::size_t most) {
  github::CheckOutput output;
  output.title = verdict(record);
  auto found = annotations(record);
  std::string dropped;
  if (found.size() > most) {
    dropped = fmt::format("\n{} annotations are shown, {} more were dropped.\n", most, found.size() - most);
    found.resize(most);
  }
  output.summary = fit(story_sections(record, insight), kLongestMarkdown - dropped.size()) + dropped;
  output.text = fit(table_sections(record, insight), kLongestMarkdown);
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

CheckReport::CheckReport(platform::Http& http, platform::Clock& clock, const github::Context& context, std::string name,
                         CheckWish wish)
    : context_(context),
      name_(std::move(name)),
      wish_(wish),
      client_(http, clock, context_),
      checks_(client_, context_.repository) {}

void CheckReport::begin(Record& record) {
  if (name_.empty()) name_ = default_check_name(record);
  if (context_.repository.empty() || context_.commit_sha.empty()) {
    return refuse(record, "no-commit", "no check run: the repository and the commit are not known",
                  "a check run can be made in GitHub Actions only");
  }
  if (context_.token.empty()) {
    return refuse(record, "no-token", "no check run: there is no token",
                  "pass `github-token: ${{ github.token }}` and give the job `checks: write`");
  }
  github::Patience patience = wish_ == CheckWish::asked_for ? kShort : kTrial;
  start(record, patience);
}

void CheckReport::resume(const OpenCheck& check) {
  name_ = check.name;
  if (check.id > 0) id_ = check.id;
  resumed_ = true;
}

void CheckReport::complete(Record& record, const insight::Insight* insight) {
  if (refused_) return;
  const bool cancelled = record.status == history::JobStatus::cancelled;
  github::Patience patience = resumed_ ? kAfterwards : cancelled ? kCancelled : kLast;
  if (!id_ && wish_ == CheckWish::if_possible && !cancelled) patience = kTrial;
  if (!id_ && !start(record, patience)) return;
  // There is no time for a second request.
  const auto most = cancelled && !resumed_ ? github::kAnnotationsAtOnce : github::kMostAnnotations;
  auto output = check_output(record, insight, context_.workflow_path, most);
  const github::Conclusion conclusion{std::string(history::check_conclusion(record.status)),
                                      record.ended_at.value_or(record.started_at)};
  auto concluded = checks_.conclude(*id_, output, conclusion, patience);
  if (!concluded && concluded.error().kind == Refusal::Kind::invalid && !output.annotations.empty()) {
    // A check run that never ends would be worse than one without annotations.
    warn(record, concluded.error());
    output.annotations.clear();
    concluded = checks_.conclude(*id_, output, conclusion, patience);
  }
  if (!concluded && concluded.error().kind == Refusal::Kind::cancelled) {
    // The signal came while something was waited for, and some annotations may be there already.
    patience = kCancelled;
    output.annotations.clear();
    concluded = checks_.conclude(*id_, output, conclusion, patience);
  }
  completed_ = concluded.has_value();
  if (!concluded) warn(record, concluded.error());
}

std::optional<OpenCheck> CheckReport::open() const {
  if (refused_ || completed_) return std::nullopt;
  return OpenCheck{id_.value_or(0), name_};
}

bool CheckReport::start(Record& record, github::Patience& patience) {
  const auto event = github::read_event(context_);
  if (!event.warning.empty() && !tells(record, "event-payload"))
    record.problems.push_back(report_warning("event-payload", event.warning, ""));
  const auto started = restart_or_create(record, check_run(record, event.head_sha), patience);
  if (!started) {
    refused_ = refusal_story(started.error().kind).for_good || (wish_ == CheckWish::if_possible && !maybe_made_);
    if (wish_ == CheckWish::asked_for) warn(record, started.error());
    return false;
  }
  id_ = started->id;
  record.check_run_url = started->url;
  return true;
}

tl::expected<github::CreatedCheck, Refusal> CheckReport::restart_or_create(const Record& record,
                                                                           const github::CheckRun& check,
                                                                           github::Patience& patience) {
  github::CheckOutput output;
  output.title = "Running";
  output.summary = "ci-optimizer is at work; its result will be here.";
  const auto named = checks_.named(check.head_sha, check.name, patience);
  if (!named && ends_the_attempt(named.error().kind)) return tl::unexpected(named.error());
  const auto known = named ? *named : std::vector<github::FoundCheck>{};
  for (const auto& found : known) {
    if (!is_of_same_step(found.external_id, record)) continue;
    // The annotations of an attempt that is over would stay beside those of this one: GitHub shows the newest check run
    // of a name, so a new one takes its place.
    if (found.completed && found.annotations > 0) continue;
    const auto restarted = checks_.restart(found.id, check, output, patience);
    if (restarted && *restarted) return **restarted;
    if (!restarted && ends_the_attempt(restarted.error().kind)) return tl::unexpected(restarted.error());
  }
  auto created = checks_.create(check, output, patience);
  if (!created) maybe_made_ = answer_was_lost(created.error().kind);
  return created;
}

github::CheckRun CheckReport::check_run(const Record& record, std::string head_sha) const {
  github::CheckRun check;
  check.name = name_;
  check.head_sha = std::move(head_sha);
  check.details_url = context_.job_url();
  check.external_id = external_id(record);
  check.started_at = record.started_at;
  return check;
}

void CheckReport::refuse(Record& record, std::string_view kind, std::string message, std::string_view hint) {
  refused_ = true;
  if (wish_ == CheckWish::asked_for) record.problems.push_back(report_warning(kind, std::move(message), hint));
}

void CheckReport::warn(Record& record, const Refusal& refusal) const {
  const auto [kind, hint, for_good] = refusal_story(refusal.kind);
  if (tells(record, kind)) return;
  std::string message = "the check run could not be written: " + refusal.message;
  if (refusal.kind == Refusal::Kind::read_only_token) message += "; its annotations are in this job's log and summary";
  record.problems.push_back(report_warning(kind, std::move(message), hint));
}

}  // namespace ci::report
