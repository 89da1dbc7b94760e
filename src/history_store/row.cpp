#include "history_store/row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace ci::history_store {
namespace {

using base::Json;
using history::JobStatus;

constexpr std::size_t kLongestText = 1024;  // of an id, a name, a branch
constexpr std::size_t kMostMetrics = 500;
constexpr std::size_t kMostCaches = 100;

tl::unexpected<base::Error> no_record(std::string_view why) {
  return base::fail(base::ErrorKind::data, fmt::format("not a record: {}", why));
}

// An id becomes a file's name: nothing but letters, digits, "-" and "_".
bool is_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

std::string text_of(const Json& json) {
  return std::string(base::truncate_utf8(json.as_string(), kLongestText));
}

std::string matrix_of(const Json& json) {
  std::map<std::string, std::string> matrix;
  for (const auto& [name, value] : json.members()) matrix[name] = value.as_string();
  return canonical_matrix(matrix);
}

std::string caches_of(const Json& caches) {
  std::vector<std::string> words;
  for (const auto& cache : caches.items()) {
    if (words.size() < kMostCaches) words.push_back(text_of(cache["name"]) + "=" + text_of(cache["outcome"]));
  }
  std::sort(words.begin(), words.end());
  return base::join(words, " ");
}

std::map<std::string, Measure> metrics_of(const Json& metrics) {
  std::map<std::string, Measure> measures;
  for (const auto& metric : metrics.items()) {
    const double value = metric["value"].as_number();
    if (!metric["value"].is_number() || !std::isfinite(value) || measures.size() >= kMostMetrics) continue;
    measures[text_of(metric["name"])] = {value, text_of(metric["unit"])};
  }
  return measures;
}

std::vector<std::string> failed_steps_of(const Json& problems) {
  std::vector<std::string> steps;
  for (const auto& problem : problems.items()) {
    auto step = text_of(problem["step"]);
    const bool is_new = std::find(steps.begin(), steps.end(), step) == steps.end();
    if (problem["level"].as_string() == "failure" && is_new && steps.size() < kMostMetrics)
      steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace

base::Result<Row> row_of(const Json& document) {
  Row row;
  row.id = document["id"].as_string();
  if (!is_id(row.id)) return no_record("its id is missing, or more than letters, digits, - and _");
  if (!document["job"].is_string()) return no_record("its job is missing");
  const auto status = job_status(document["status"].as_string());
  if (!status) return no_record("its status is unknown");
  row.status = *status;
  const auto started_at = base::parse_rfc3339(document["started_at"].as_string());
  if (!started_at) return no_record("started_at is no time (RFC 3339)");
  row.started_at = *started_at;
  row.repository = text_of(document["repository"]);
  row.workflow = text_of(document["workflow"]);
  row.job = text_of(document["job"]);
  row.matrix = matrix_of(document["matrix"]);
  if (row.matrix.size() > kLongestText * 8) return no_record("its matrix is too long");
  row.step = text_of(document["step"]);
  row.run_id = text_of(document["run_id"]);
  row.run_attempt = static_cast<int>(std::clamp<std::int64_t>(document["run_attempt"].as_integer(), 1, 1'000'000));
  row.branch = text_of(document["branch"]);
  row.commit_sha = text_of(document["commit_sha"]);
  if (document["exit_code"].is_integer())
    row.exit_code = static_cast<int>(std::clamp<std::int64_t>(document["exit_code"].as_integer(), -255, 255));
  row.seconds = document["seconds"].as_number();
  if (!std::isfinite(row.seconds)) return no_record("its seconds are no number");
  const auto& runner = document["runner"];
  row.os = text_of(runner["os"]);
  row.architecture = text_of(runner["architecture"]);
  row.image = text_of(runner["image"]);
  row.image_version = text_of(runner["image_version"]);
  row.tier = text_of(document["apt"]["tier"]);
  row.caches = caches_of(document["caches"]);
  row.metrics = metrics_of(document["metrics"]);
  row.failed_steps = failed_steps_of(document["problems"]);
  return row;
}

std::string canonical_matrix(const std::map<std::string, std::string>& matrix) {
  if (matrix.empty()) return "";
  Json json = Json::object();
  for (const auto& [name, value] : matrix) json.set(name, value);
  return json.compact();
}

std::string identity(const Row& row) {
  Json parts = Json::array();
  if (row.run_id.empty()) return parts.push(row.id).compact();
  parts.push(row.repository).push(row.run_id).push(row.run_attempt).push(row.job).push(row.matrix);
  if (!row.step.empty()) parts.push(row.step);
  return parts.compact();
}

std::string canonical_text(const Series& series) {
  Json parts = Json::array().push(series.repository).push(series.workflow).push(series.job).push(series.matrix);
  if (!series.step.empty()) parts.push(series.step);
  return parts.compact();
}

std::optional<JobStatus> job_status(std::string_view word) {
  for (const auto status : {JobStatus::pending, JobStatus::running, JobStatus::success, JobStatus::failure,
                            JobStatus::cancelled, JobStatus::timed_out, JobStatus::skipped}) {
    if (history::word(status) == word) return status;
  }
  return std::nullopt;
}

}  // namespace ci::history_store
