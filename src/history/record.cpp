#include "history/record.hpp"

#include <fmt/format.h>

#include "base/json_texts.hpp"
#include "base/text.hpp"

namespace ci::history {
namespace {

using base::Json;

template <class Items, class Convert>
Json array_of(const Items& items, Convert convert) {
  Json array = Json::array();
  for (const auto& item : items) array.push(convert(item));
  return array;
}

Json phase_json(const Phase& phase) {
  return Json::object().set("name", phase.name).set("seconds", phase.seconds).set("bytes", phase.bytes);
}

Json apt_json(const AptOutcome& apt, const std::string& job_id) {
  Json json;
  json.set("tier", apt.tier);
  json.set("why_not", array_of(apt.why_not, [](const WhyNot& why) {
             return Json::object().set("tier", why.tier).set("reason", why.reason);
           }));
  json.set("seconds", apt.seconds);
  json.set("phases", array_of(apt.phases, phase_json));
  json.set("packages", array_of(apt.packages, [&](const Package& package) {
             return Json::object()
                 .set("id", package.id)
                 .set("ci_job_id", job_id)
                 .set("name", package.name)
                 .set("version", package.version.empty() ? Json() : Json(package.version))
                 .set("architecture", package.architecture.empty() ? Json() : Json(package.architecture))
                 .set("requested", package.requested)
                 .set("status", word(package.status))
                 .set("download_bytes", package.download_bytes)
                 .set("installed_bytes", package.installed_bytes)
                 .set("seconds", package.seconds);
           }));
  return json;
}

Json time_or_null(const std::optional<base::TimePoint>& time) {
  return time ? Json(base::to_rfc3339(*time)) : Json();
}

Json go_json(const GoOutcome& go) {
  Json json = Json::object().set("toolchain", go.toolchain);
  if (go.cache) {
    const auto& cache = *go.cache;
    json.set("cache", Json::object()
                          .set("key", cache.key)
                          .set("paths", base::texts_json(cache.paths))
                          .set("hit", cache.hit)
                          .set("toolchain", go.toolchain)
                          .set("last_updated", time_or_null(cache.last_updated))
                          .set("state", word(cache.state)));
  }
  if (go.binary) {
    const auto& binary = *go.binary;
    json.set("binary", Json::object()
                           .set("key", binary.key)
                           .set("paths", base::texts_json(binary.paths))
                           .set("size_bytes", binary.size_bytes)
                           .set("created_at", time_or_null(binary.created_at))
                           .set("origin_job", binary.origin_job)
                           .set("states", array_of(binary.states, [](BinaryState state) { return Json(word(state)); }))
                           .set("reason", binary.reason)
                           .set("build_seconds", binary.build_seconds)
                           .set("wait_seconds", binary.wait_seconds));
  }
  return json;
}

Json smoke_json(const SmokeOutcome& smoke) {
  Json json;
  json.set("command", smoke.command)
      .set("status", word(smoke.status))
      .set("exit_code", smoke.exit_code)
      .set("seconds", smoke.seconds);
  if (!smoke.reason.empty()) json.set("reason", smoke.reason);
  if (!smoke.output.empty()) json.set("output", smoke.output);
  return json;
}

Json problem_json(const Problem& problem) {
  Json json;
  json.set("level", problem.level == Problem::Level::failure ? "failure" : "warning")
      .set("step", problem.step)
      .set("kind", problem.kind);
  if (!problem.phase.empty()) json.set("phase", problem.phase);
  if (!problem.host.empty()) json.set("host", problem.host);
  json.set("seconds", problem.seconds).set("message", problem.message);
  if (!problem.hint.empty()) json.set("hint", problem.hint);
  return json;
}

}  // namespace

std::string step_label(std::string_view step) {
  constexpr std::string_view kGenerated = "__";
  if (!step.starts_with(kGenerated)) return std::string(step);
  const auto number = step.find_last_not_of("0123456789");
  const bool is_counted = number + 1 < step.size() && number >= kGenerated.size() && step[number] == '_';
  return is_counted ? std::string(step.substr(kGenerated.size())) : "";
}

std::string matrix_text(const Record& record, std::string_view separator) {
  std::vector<std::string> values;
  for (const auto& [name, value] : record.matrix) values.push_back(fmt::format("{}={}", name, value));
  return base::join(values, separator);
}

Json to_json(const CacheOutcome& cache) {
  Json json = Json::object()
                  .set("name", cache.name)
                  .set("key", cache.key)
                  .set("matched_key", cache.matched_key)
                  .set("outcome", cache.outcome)
                  .set("reason", cache.reason)
                  .set("bytes", cache.bytes)
                  .set("restore_seconds", cache.restore_seconds)
                  .set("save_seconds", cache.save_seconds);
  if (!cache.base_key.empty()) json.set("base_key", cache.base_key).set("base_bytes", cache.base_bytes);
  if (cache.seconds_saved) json.set("seconds_saved", *cache.seconds_saved);
  if (cache.cold_seconds) json.set("cold_seconds", *cache.cold_seconds);
  return json;
}

Json to_json(const Record& record) {
  Json json;
  json.set("schema", 1)
      .set("id", record.id)
      .set("repository", record.repository)
      .set("workflow", record.workflow)
      .set("job", record.job);
  Json matrix = Json::object();
  for (const auto& [name, value] : record.matrix) matrix.set(name, value);
  json.set("matrix", std::move(matrix))
      .set("step", record.step)
      .set("run_id", record.run_id)
      .set("run_attempt", record.run_attempt)
      .set("branch", record.branch)
      .set("default_branch", record.default_branch)
      .set("commit_sha", record.commit_sha)
      .set("runner", Json::object()
                         .set("os", record.runner.os)
                         .set("architecture", record.runner.architecture)
                         .set("image", record.runner.image)
                         .set("image_version", record.runner.image_version))
      .set("status", word(record.status))
      .set("exit_code", record.exit_code ? Json(*record.exit_code) : Json())
      .set("started_at", base::to_rfc3339(record.started_at))
      .set("ended_at", record.ended_at ? Json(base::to_rfc3339(*record.ended_at)) : Json())
      .set("seconds", record.seconds);
  if (!record.needs.empty()) {
    json.set("needs", array_of(record.needs, [](const Need& need) {
               return Json::object().set("job", need.job).set("result", need.result).set("reason", need.reason);
             }));
  }
  if (record.artifact_required) json.set("artifact_required", true);
  if (record.apt) json.set("apt", apt_json(*record.apt, record.id));
  json.set("caches", array_of(record.caches, [](const CacheOutcome& cache) { return to_json(cache); }));
  if (record.go) json.set("go", go_json(*record.go));
  json.set("smoke", array_of(record.smoke, smoke_json));
  json.set("spans", array_of(record.spans, [](const Span& span) {
             return Json::object()
                 .set("lane", span.lane)
                 .set("name", span.name)
                 .set("start", span.start)
                 .set("seconds", span.seconds);
           }));
  json.set("metrics", array_of(record.metrics, [&](const Metric& metric) {
             return Json::object()
                 .set("id", metric.id)
                 .set("ci_job_id", record.id)
                 .set("name", metric.name)
                 .set("value", metric.value)
                 .set("unit", metric.unit)
                 .set("threshold", metric.threshold ? Json(*metric.threshold) : Json())
                 .set("verdict", word(metric.verdict));
           }));
  json.set("problems", array_of(record.problems, problem_json));
  if (!record.check_run_url.empty()) json.set("check_run_url", record.check_run_url);
  if (!record.record_path.empty()) json.set("record_path", record.record_path);
  if (!record.report_path.empty()) json.set("report_path", record.report_path);
  return json;
}

}  // namespace ci::history
