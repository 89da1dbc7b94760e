#include "export/otlp_traces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "export/conventions.hpp"
#include "export/otlp_document.hpp"
#include "export/result.hpp"

namespace ci::exporter {
namespace {

using base::Json;
using history::Record;
namespace name = convention;

constexpr std::size_t kTraceIdBytes = 16, kSpanIdBytes = 8;
constexpr std::size_t kMostSpans = 1000, kMostEvents = 50;  // of one job

bool is_error(std::string_view result) {
  return result == "failure" || result == "error" || result == "timeout";
}

// The kind of the first problem that made the job fail: of few values, as error.type should be.
std::string_view error_type(const Record& record) {
  for (const auto& problem : record.problems) {
    if (problem.level == history::Problem::Level::failure && !problem.kind.empty()) return problem.kind;
  }
  return result_word(record);
}

std::string error_message(const Record& record) {
  for (const auto& problem : record.problems) {
    if (problem.level == history::Problem::Level::failure && !problem.message.empty()) return problem.message;
  }
  return std::string(result_word(record));
}

// A run off GitHub has no number of its own.
const std::string& run_of(const Record& record) {
  return record.run_id.empty() ? record.id : record.run_id;
}

std::string run_url(const Record& record, const std::string& server) {
  if (record.run_id.empty() || record.repository.empty()) return "";
  return fmt::format("{}/{}/actions/runs/{}/attempts/{}", server, record.repository, record.run_id, record.run_attempt);
}

class RunSpans {
 public:
  RunSpans(std::vector<const Record*> jobs, const std::string& server)
      : jobs_(std::move(jobs)), server_(server), attempt_(std::to_string(jobs_.front()->run_attempt)) {
    const auto& first = *jobs_.front();
    trace_id_ = otlp_id(kTraceIdBytes, {"trace", first.repository, run_of(first), attempt_});
    run_id_ = otlp_id(kSpanIdBytes, {"run", first.repository, run_of(first), attempt_});
  }

  Trace trace() {
    add_run();
    for (const auto* job : jobs_) add_job(*job);
    return {std::move(spans_)};
  }

 private:
  void add_run() {
    const auto& first = *jobs_.front();
    OtlpSpan span;
    span.trace_id = trace_id_;
    span.span_id = run_id_;
    span.name = first.workflow.empty() ? "RUN" : "RUN " + first.workflow;
    span.kind = SpanKind::server;
    span.start = first.started_at;
    span.end = end_of(first);
    const Record* worst = &first;
    for (const auto* job : jobs_) {
      span.start = std::min(span.start, job->started_at);
      span.end = std::max(span.end, end_of(*job));
      if (rank(*job) < rank(*worst)) worst = job;
    }
    span.attributes.text(name::kPipelineName, first.workflow)
        .text(name::kPipelineAction, "RUN")
        .text(name::kPipelineResult, result_word(*worst))
        .text(name::kRunId, run_of(first))
        .text(name::kRunUrl, run_url(first, server_))
        .integer(name::kRunAttempt, first.run_attempt);
    describe_source(span.attributes, first);
    fail(span, *worst);
    spans_.push_back(to_json(span));
  }

  void add_job(const Record& job) {
    const std::string matrix = history::matrix_text(job, ", ");
    OtlpSpan span;
    span.trace_id = trace_id_;
    span.span_id =
        job.step.empty()  // records of earlier versions keep their identifiers
            ? otlp_id(kSpanIdBytes, {"job", job.repository, run_of(job), attempt_, job.job, matrix})
            : otlp_id(kSpanIdBytes, {"job", job.repository, run_of(job), attempt_, job.job, matrix, job.step});
    span.parent_id = run_id_;
    span.name = matrix.empty() ? job.job : fmt::format("{} ({})", job.job, matrix);
    if (const auto step = history::step_label(job.step); !step.empty()) span.name += ", step " + step;
    span.start = job.started_at;
    span.end = end_of(job);
    span.attributes.text(name::kTaskName, span.name)
        .text(name::kTaskRunId, span.span_id)
        .text(name::kTaskRunResult, result_word(job))
        .text(name::kTaskRunUrl, run_url(job, server_))
        .text(name::kPipelineName, job.workflow)
        .text(name::kMatrix, matrix)
        .text(name::kStep, job.step)
        .text(name::kRecordId, job.id)
        .text(name::kHostArch, job.runner.architecture)
        .text(name::kOsDescription, job.runner.os);
    if (job.exit_code) span.attributes.integer(name::kExitCode, *job.exit_code);
    if (job.apt) {
      span.attributes.text(name::kAptTier, job.apt->tier)
          .number(name::kAptSeconds, job.apt->seconds)
          .integer(name::kAptPackages, static_cast<std::int64_t>(job.apt->packages.size()));
    }
    add_events(span.events, job);
    fail(span, job);
    spans_.push_back(to_json(span));
    add_stretches(job, span.span_id);
  }

  void add_stretches(const Record& job, const std::string& parent) {
    for (std::size_t i = 0; i < std::min(job.spans.size(), kMostSpans); ++i) {
      const auto& stretch = job.spans[i];
      OtlpSpan span;
      span.trace_id = trace_id_;
      span.span_id = otlp_id(kSpanIdBytes, {"span", parent, std::to_string(i), stretch.lane, stretch.name});
      span.parent_id = parent;
      span.name = stretch.lane.empty() ? stretch.name : stretch.lane + ": " + stretch.name;
      span.start = after(job.started_at, stretch.start);
      span.end = after(span.start, stretch.seconds);
      span.attributes.text(name::kLane, stretch.lane);
      spans_.push_back(to_json(span));
    }
  }

  static void add_events(Json& events, const Record& job) {
    for (std::size_t i = 0; i < std::min(job.caches.size(), kMostEvents); ++i) {
      const auto& cache = job.caches[i];
      OtlpAttributes attributes;
      attributes.text(name::kCacheName, cache.name)
          .text(name::kCacheKey, cache.key)
          .text(name::kCacheOutcome, cache.outcome)
          .text(name::kCacheReason, cache.reason)
          .integer(name::kCacheBytes, cache.bytes);
      if (cache.seconds_saved) attributes.number(name::kCacheSaved, *cache.seconds_saved);
      events.push(otlp_event(name::kCacheEvent, end_of(job), attributes));
    }
    for (std::size_t i = 0; i < std::min(job.problems.size(), kMostEvents); ++i) {
      const auto& problem = job.problems[i];
      OtlpAttributes attributes;
      attributes.text(name::kProblemLevel, problem.level == history::Problem::Level::failure ? "failure" : "warning")
          .text(name::kProblemStep, problem.step)
          .text(name::kProblemKind, problem.kind)
          .text(name::kProblemMessage, problem.message);
      events.push(otlp_event(name::kProblemEvent, end_of(job), attributes));
    }
  }

  void describe_source(OtlpAttributes& attributes, const Record& record) const {
    const auto slash = record.repository.find('/');
    if (slash != std::string::npos) {
      attributes.text(name::kProviderName, "github")
          .text(name::kOwnerName, record.repository.substr(0, slash))
          .text(name::kRepositoryName, record.repository.substr(slash + 1))
          .text(name::kRepositoryUrl, server_ + "/" + record.repository);
    }
    attributes.text(name::kHeadName, record.branch).text(name::kHeadRevision, record.commit_sha);
  }

  static void fail(OtlpSpan& span, const Record& record) {
    if (!is_error(result_word(record))) return;
    span.attributes.text(name::kErrorType, error_type(record));
    span.error = error_message(record);
  }

  // What decides about a run comes first.
  static std::size_t rank(const Record& record) {
    constexpr std::array<std::string_view, 6> kOrder = {"error",        "failure", "timeout",
                                                        "cancellation", "success", "skip"};
    const auto* const found = std::find(kOrder.begin(), kOrder.end(), result_word(record));
    return static_cast<std::size_t>(found - kOrder.begin());
  }

  std::vector<const Record*> jobs_;
  const std::string& server_;
  std::string attempt_, trace_id_, run_id_;
  Json::Array spans_;
};

}  // namespace

std::vector<Trace> otlp_traces(const std::vector<Record>& records, const std::string& server) {
  std::vector<const Record*> finished;
  for (const auto& record : records) {
    if (is_finished(record)) finished.push_back(&record);
  }
  std::stable_sort(finished.begin(), finished.end(),
                   [](const Record* a, const Record* b) { return a->started_at < b->started_at; });
  std::map<std::tuple<std::string, std::string, int>, std::size_t> places;
  std::vector<std::vector<const Record*>> runs;
  for (const auto* record : finished) {
    const auto [place, is_new] =
        places.try_emplace({record->repository, run_of(*record), record->run_attempt}, runs.size());
    if (is_new) runs.emplace_back();
    runs[place->second].push_back(record);
  }
  std::vector<Trace> traces;
  for (auto& jobs : runs) traces.push_back(RunSpans(std::move(jobs), server).trace());
  return traces;
}

Json otlp_request(Json::Array spans) {
  OtlpAttributes resource;
  resource.text(name::kServiceName, "ci-optimizer");
  auto scope_spans = Json::object()
                         .set("scope", Json::object().set("name", "ci-optimizer"))
                         .set("spans", Json(std::move(spans)))
                         .set("schemaUrl", name::kSchemaUrl);
  auto resource_spans = Json::object()
                            .set("resource", Json::object().set("attributes", resource.json()))
                            .set("scopeSpans", Json::array().push(std::move(scope_spans)))
                            .set("schemaUrl", name::kSchemaUrl);
  return Json::object().set("resourceSpans", Json::array().push(std::move(resource_spans)));
}

}  // namespace ci::exporter
