#include "history_store/row_export.hpp"

#include <fmt/format.h>

#include <set>

#include "base/json_texts.hpp"
#include "base/text.hpp"

namespace ci::history_store {
namespace {

using base::Json;

Json matrix_json(const std::string& matrix) {
  if (matrix.empty()) return Json::object();
  auto json = base::parse_json(matrix);
  return json ? std::move(*json) : Json(matrix);
}

// A spreadsheet runs what begins like this, whatever the quotes.
bool looks_like_a_formula(const std::string& text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

std::string field(const std::string& text) {
  const std::string safe = looks_like_a_formula(text) ? "'" + text : text;
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  return '"' + base::replace_all(safe, "\"", "\"\"") + '"';
}

}  // namespace

Json to_json(const Row& row) {
  Json metrics = Json::object();
  for (const auto& [name, measure] : row.metrics)
    metrics.set(name, Json::object().set("value", measure.value).set("unit", measure.unit));
  return Json::object()
      .set("id", row.id)
      .set("repository", row.repository)
      .set("workflow", row.workflow)
      .set("job", row.job)
      .set("matrix", matrix_json(row.matrix))
      .set("step", row.step)
      .set("run_id", row.run_id)
      .set("run_attempt", row.run_attempt)
      .set("branch", row.branch)
      .set("commit_sha", row.commit_sha)
      .set("status", history::word(row.status))
      .set("exit_code", row.exit_code ? Json(*row.exit_code) : Json())
      .set("started_at", base::to_rfc3339(row.started_at))
      .set("seconds", row.seconds)
      .set("runner", Json::object()
                         .set("os", row.os)
                         .set("architecture", row.architecture)
                         .set("image", row.image)
                         .set("image_version", row.image_version))
      .set("tier", row.tier)
      .set("caches", row.caches)
      .set("metrics", std::move(metrics))
      .set("failed_steps", base::texts_json(row.failed_steps));
}

std::string csv(const std::vector<Row>& rows) {
  std::set<std::string> names;
  for (const auto& row : rows) {
    for (const auto& [name, measure] : row.metrics) names.insert(name);
  }
  std::string text =
      "id,repository,workflow,job,matrix,step,run_id,run_attempt,branch,commit_sha,status,exit_code,started_at,seconds,"
      "os,"
      "architecture,image,image_version,tier,caches,failed_steps";
  for (const auto& name : names) text += "," + field("metric." + name);
  text += "\r\n";
  for (const auto& row : rows) {
    std::vector<std::string> fields;
    for (const auto* value : {&row.id, &row.repository, &row.workflow, &row.job, &row.matrix, &row.step, &row.run_id})
      fields.push_back(field(*value));
    fields.push_back(std::to_string(row.run_attempt));
    fields.push_back(field(row.branch));
    fields.push_back(field(row.commit_sha));
    fields.emplace_back(history::word(row.status));
    fields.push_back(row.exit_code ? std::to_string(*row.exit_code) : "");
    fields.push_back(base::to_rfc3339(row.started_at));
    fields.push_back(fmt::format("{}", row.seconds));
    for (const auto* value : {&row.os, &row.architecture, &row.image, &row.image_version, &row.tier, &row.caches})
      fields.push_back(field(*value));
    fields.push_back(field(base::join(row.failed_steps, " ")));
    for (const auto& name : names) {
      const auto measure = row.metrics.find(name);
      fields.push_back(measure == row.metrics.end() ? "" : fmt::format("{}", measure->second.value));
    }
    text += base::join(fields, ",") + "\r\n";
  }
  return text;
}

}  // namespace ci::history_store
