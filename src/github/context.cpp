#include "github/context.hpp"

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"

namespace ci::github {
namespace {

std::string first_of(std::string first, std::string second) {
  return first.empty() ? second : first;
}

// A base address without the slash that would double when a path is added.
std::string base_url(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

// Returns the path in "owner/name/.github/workflows/ci.yml@refs/heads/main", or "".
std::string path_in_reference(const std::string& reference, const std::string& repository) {
  const std::string prefix = repository + '/';
  if (repository.empty() || !reference.starts_with(prefix)) return "";
  return reference.substr(prefix.size(), reference.find('@') - prefix.size());
}

// {"os":"ubuntu","node":20} -> texts. "null", as toJSON(matrix) is where there is no matrix, gives none.
std::map<std::string, std::string> matrix_values(const std::string& json) {
  std::map<std::string, std::string> values;
  const auto parsed = base::parse_json(json);
  if (!parsed) return values;
  for (const auto& [name, value] : parsed->members()) {
    values[name] = value.is_string() ? value.as_string() : value.compact();
  }
  return values;
}

// {"build": {"result": "failure", "outputs": {"reason": "..."}}}
std::vector<Need> read_needs(const std::string& json) {
  std::vector<Need> needs;
  const auto parsed = base::parse_json(json);
  if (!parsed) return needs;
  for (const auto& [name, value] : parsed->members())
    needs.push_back({name, value["result"].as_string(), value["outputs"]["reason"].as_string()});
  return needs;
}

}  // namespace

std::string Context::job_url() const {
  if (repository.empty() || run_id.empty()) return "";
  const auto run = fmt::format("{}/{}/actions/runs/{}", server_url, repository, run_id);
  return job_id.empty() ? fmt::format("{}/attempts/{}", run, run_attempt) : fmt::format("{}/job/{}", run, job_id);
}

Context from_environment(const platform::Environment& environment) {
  Context context;
  context.in_actions = environment.get("GITHUB_ACTIONS") == "true";
  context.repository = environment.get("GITHUB_REPOSITORY");
  context.workflow = environment.get("GITHUB_WORKFLOW");
  context.workflow_path = path_in_reference(environment.get("GITHUB_WORKFLOW_REF"), context.repository);
  context.job = environment.get("GITHUB_JOB");
  context.step = environment.get("GITHUB_ACTION");
  context.matrix = matrix_values(environment.get("INPUT_MATRIX"));
  const auto job_id = base::parse_integer(environment.get("INPUT_JOB-ID"));
  if (job_id && *job_id > 0) context.job_id = std::to_string(*job_id);
  context.needs = read_needs(environment.get("INPUT_NEEDS"));
  context.run_id = environment.get("GITHUB_RUN_ID");
  const auto attempt = base::parse_integer(environment.get("GITHUB_RUN_ATTEMPT"));
  if (attempt && *attempt >= 1 && *attempt <= 1'000'000) context.run_attempt = static_cast<int>(*attempt);
  context.branch = first_of(environment.get("GITHUB_HEAD_REF"), environment.get("GITHUB_REF_NAME"));
  context.commit_sha = environment.get("GITHUB_SHA");
  context.event_name = environment.get("GITHUB_EVENT_NAME");
  context.event_path = environment.get("GITHUB_EVENT_PATH");
  context.api_url = base_url(first_of(environment.get("GITHUB_API_URL"), context.api_url));
  context.server_url = base_url(first_of(environment.get("GITHUB_SERVER_URL"), context.server_url));
  const std::string token = first_of(environment.get("INPUT_GITHUB-TOKEN"), environment.get("GITHUB_TOKEN"));
  context.token = base::trim(token);
  return context;
}

}  // namespace ci::github
