#include "github/checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "platform/url.hpp"

namespace ci::github {
namespace {

using base::Json;

constexpr std::size_t kLongestMarkdown = 65'535;
constexpr std::size_t kLongestTitle = 255;
constexpr std::size_t kLongestMessage = 64'000;
constexpr std::size_t kPage = 100;  // the most that GitHub lists at once
constexpr int kMostPages = 3;

// Titles are one line of plain text.
std::string title(std::string_view text) {
  return std::string(base::truncate_utf8(platform::disarmed_line(text), kLongestTitle));
}

std::string_view word(AnnotationLevel level) {
  switch (level) {
    case AnnotationLevel::notice:
      return "notice";
    case AnnotationLevel::warning:
      return "warning";
    case AnnotationLevel::failure:
      return "failure";
  }
  return "notice";
}

Json annotation_json(const CheckAnnotation& annotation) {
  const int start = std::max(annotation.start_line, 1);
  const int end = std::max(annotation.end_line, start);
  Json json;
  json.set("path", annotation.path)
      .set("start_line", start)
      .set("end_line", end)
      .set("annotation_level", word(annotation.level));
  if (start == end && annotation.start_column && annotation.end_column && *annotation.start_column >= 1 &&
      *annotation.end_column >= *annotation.start_column) {
    json.set("start_column", *annotation.start_column).set("end_column", *annotation.end_column);
  }
  const std::string message = base::valid_utf8(annotation.message);
  json.set("message", message.empty() ? "(no message)" : base::truncate_utf8(message, kLongestMessage));
  if (!annotation.title.empty()) json.set("title", title(annotation.title));
  return json;
}

Json output_json(const CheckOutput& output) {
  Json json;
  json.set("title", title(output.title)).set("summary", base::truncate_utf8(output.summary, kLongestMarkdown));
  if (!output.text.empty()) json.set("text", base::truncate_utf8(output.text, kLongestMarkdown));
  return json;
}

// Returns the first kMostAnnotations of `annotations` in batches; one empty batch when there are none.
std::vector<Json> batches(const std::vector<CheckAnnotation>& annotations) {
  std::vector<Json> made;
  const std::size_t count = std::min(annotations.size(), kMostAnnotations);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % kAnnotationsAtOnce == 0) made.push_back(Json::array());
    made.back().push(annotation_json(annotations[i]));
  }
  if (made.empty()) made.push_back(Json::array());
  return made;
}

}  // namespace

Json restarting_body(const CheckRun& check, const CheckOutput& output) {
  Json body;
  body.set("name", check.name).set("status", "in_progress").set("started_at", base::to_rfc3339(check.started_at));
  if (!check.external_id.empty()) body.set("external_id", check.external_id);
  if (check.details_url.starts_with("http")) body.set("details_url", check.details_url);
  return body.set("output", output_json(output));
}

Json in_progress_body(const CheckRun& check, const CheckOutput& output) {
  return restarting_body(check, output).set("head_sha", check.head_sha);
}

std::vector<Json> concluding_bodies(const CheckOutput& output, const Conclusion& conclusion) {
  std::vector<Json> bodies;
  for (auto& batch : batches(output.annotations)) {
    Json told = output_json(output);
    if (!batch.items().empty()) told.set("annotations", std::move(batch));
    bodies.push_back(Json::object().set("output", std::move(told)));
  }
  bodies.back()
      .set("status", "completed")
      .set("conclusion", conclusion.word)
      .set("completed_at", base::to_rfc3339(conclusion.completed_at));
  return bodies;
}

tl::expected<CreatedCheck, Refusal> Checks::create(const CheckRun& check, const CheckOutput& output,
                                                   Patience& patience) {
  const auto path = fmt::format("/repos/{}/check-runs", repository_);
  const auto answer = client_.change("POST", path, in_progress_body(check, output), patience);
  if (!answer) return tl::unexpected(answer.error());
  const CreatedCheck created{(*answer)["id"].as_integer(), (*answer)["html_url"].as_string()};
  if (created.id <= 0)
    return tl::unexpected(Refusal{Refusal::Kind::unavailable, 0, "POST " + path + ": the answer has no id"});
  return created;
}

tl::expected<std::vector<FoundCheck>, Refusal> Checks::named(std::string_view head_sha, std::string_view name,
                                                             Patience& patience) {
  std::vector<FoundCheck> found;
  for (int page = 1; page <= kMostPages; ++page) {
    const auto answer =
        client_.look(fmt::format("/repos/{}/commits/{}/check-runs?check_name={}&filter=all&per_page={}&page={}",
                                 repository_, head_sha, platform::percent_encoded(name), kPage, page),
                     patience);
    if (!answer) return tl::unexpected(answer.error());
    const auto& listed = (*answer)["check_runs"].items();
    for (const Json& run : listed) {
      if (run["name"].as_string() != name || run["id"].as_integer() <= 0) continue;
      found.push_back({run["id"].as_integer(), run["external_id"].as_string(), run["status"].as_string() == "completed",
                       run["output"]["annotations_count"].as_integer()});
    }
    if (listed.size() < kPage) break;
  }
  return found;
}

tl::expected<std::optional<CreatedCheck>, Refusal> Checks::restart(std::int64_t id, const CheckRun& check,
                                                                   const CheckOutput& output, Patience& patience) {
  const auto path = fmt::format("/repos/{}/check-runs/{}", repository_, id);
  const auto answer = client_.change("PATCH", path, restarting_body(check, output), patience);
  if (!answer) return tl::unexpected(answer.error());
  if ((*answer)["status"].as_string() == "completed") return std::nullopt;
  return CreatedCheck{id, (*answer)["html_url"].as_string()};
}

tl::expected<void, Refusal> Checks::conclude(std::int64_t id, const CheckOutput& output, const Conclusion& conclusion,
                                             Patience& patience) {
  const auto path = fmt::format("/repos/{}/check-runs/{}", repository_, id);
  for (const auto& body : concluding_bodies(output, conclusion)) {
    if (const auto answer = client_.change("PATCH", path, body, patience); !answer)
      return tl::unexpected(answer.error());
  }
  return {};
}

}  // namespace ci::github
