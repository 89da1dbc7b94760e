#include "github/event.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "platform/filesystem.hpp"

namespace ci::github {
namespace {

using base::Json;

constexpr std::size_t kLongestPayload = std::size_t{32} << 20;  // GitHub itself stops at 25 MB

bool is_sha(const std::string& text) {
  return (text.size() == 40 || text.size() == 64) &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// A deleted fork leaves a null repository behind; the pull request is then surely not from this one.
bool head_is_elsewhere(const Json& pull_request) {
  return pull_request["head"]["repo"]["full_name"].as_string() != pull_request["base"]["repo"]["full_name"].as_string();
}

// After a pull request's run the check belongs to that pull request's head, which head_sha is not when the run was of
// the base branch (pull_request_target).
std::string followed_sha(const Json& run) {
  if (run["event"].as_string().starts_with("pull_request")) {
    for (const Json& pull_request : run["pull_requests"].items()) {
      const Json& head = pull_request["head"];
      if (head["ref"] == run["head_branch"] && is_sha(head["sha"].as_string())) return head["sha"].as_string();
    }
  }
  return run["head_sha"].as_string();
}

Event from_payload(const std::string& name, const Json& payload) {
  Event event;
  if (name == "pull_request" || name == "pull_request_target" || name == "pull_request_review" ||
      name == "pull_request_review_comment") {
    event.head_sha = payload["pull_request"]["head"]["sha"].as_string();
    event.from_fork = head_is_elsewhere(payload["pull_request"]);
  } else if (name == "workflow_run") {
    const Json& run = payload["workflow_run"];
    event.head_sha = followed_sha(run);
    event.from_fork = run["head_repository"]["full_name"].as_string() != run["repository"]["full_name"].as_string();
  } else if (name == "merge_group") {
    event.head_sha = payload["merge_group"]["head_sha"].as_string();
  }
  return event;
}

base::Result<Json> read_payload(const Context& context) {
  const auto text = platform::read_file(context.event_path, kLongestPayload);
  if (!text) {
    return base::fail(text.error().kind, "cannot read the event's payload: " + text.error().message);
  }
  auto payload = base::parse_json(*text);
  if (!payload) return base::fail(payload.error().kind, "the event's payload is not JSON: " + payload.error().message);
  return payload;
}

bool has_own_head(const std::string& name) {
  return name.starts_with("pull_request") || name == "workflow_run" || name == "merge_group";
}

}  // namespace

Event read_event(const Context& context) {
  Event event;
  event.head_sha = context.commit_sha;
  if (!has_own_head(context.event_name)) return event;
  const auto payload = read_payload(context);
  if (!payload) {
    event.warning = payload.error().message;
    return event;
  }
  Event told = from_payload(context.event_name, *payload);
  if (!is_sha(told.head_sha)) {
    event.warning = "the payload of " + context.event_name + " names no head commit";
    return event;
  }
  return told;
}

base::Result<FollowedRun> read_followed_run(const Context& context) {
  if (context.event_name != "workflow_run")
    return base::fail(base::ErrorKind::data, "the event is not workflow_run but " + context.event_name);
  const auto payload = read_payload(context);
  if (!payload) return base::fail(payload.error());
  const Json& run = (*payload)["workflow_run"];
  FollowedRun followed;
  followed.repository = run["repository"]["full_name"].as_string();
  followed.head_sha = followed_sha(run);
  followed.workflow = run["name"].as_string();
  const std::string& path = run["path"].as_string();
  followed.workflow_path = path.substr(0, path.find('@'));
  followed.branch = run["head_branch"].as_string();
  const std::int64_t id = run["id"].as_integer();
  const std::int64_t attempt = run["run_attempt"].as_integer();
  if (followed.repository.empty() || followed.repository != context.repository)
    return base::fail(base::ErrorKind::data, "the payload of workflow_run is not of a run of " + context.repository);
  if (!is_sha(followed.head_sha) || id <= 0 || attempt < 1 || attempt > 1'000'000)
    return base::fail(base::ErrorKind::data, "the payload of workflow_run names no commit, run or attempt");
  followed.run_id = std::to_string(id);
  followed.attempt = static_cast<int>(attempt);
  return followed;
}

std::string default_branch(const Context& context) {
  if (context.event_path.empty()) return "";
  const auto payload = read_payload(context);
  return payload ? (*payload)["repository"]["default_branch"].as_string() : "";
}

}  // namespace ci::github
