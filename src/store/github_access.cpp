#include "store/github_access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace ci::store {
namespace {

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string first_of(std::string first, std::string second) {
  return first.empty() ? second : first;
}

// What `cache-mode` of the workflow forbids; an unknown mode forbids nothing.
void apply_mode(GithubAccess& access, const platform::Environment& environment) {
  const std::string mode = base::lower(base::trim(environment.get("ACTIONS_CACHE_MODE")));
  const std::string why = fmt::format("the workflow's cache mode is \"{}\"", mode);
  if (mode == "none" || mode == "write-only") access.no_reading = why;
  if (mode == "none" || mode == "read") access.no_writing = why;
}

void apply_scopes(GithubAccess& access) {
  const auto& scopes = access.scopes;
  if (scopes.empty()) return;
  const bool readable = std::any_of(scopes.begin(), scopes.end(), [](const auto& scope) { return scope.may_read; });
  const bool writable = std::any_of(scopes.begin(), scopes.end(), [](const auto& scope) { return scope.may_write; });
  if (!readable && access.no_reading.empty()) access.no_reading = "the job's token may not read any cache";
  if (!writable && access.no_writing.empty()) access.no_writing = "the job's token may only read the cache";
}

}  // namespace

bool is_enterprise_server(std::string_view server_url) {
  if (const auto scheme = server_url.find("://"); scheme != std::string_view::npos)
    server_url.remove_prefix(scheme + 3);
  const std::string host = base::lower(server_url.substr(0, server_url.find_first_of(":/")));
  return !host.empty() && host != "github.com" && !host.ends_with(".ghe.com") && !host.ends_with(".localhost");
}

std::vector<GithubScope> scopes_in_token(std::string_view token) {
  const auto parts = base::split(token, '.');
  const auto payload = parts.size() == 3 ? base::parse_base64(parts[1]) : std::nullopt;
  const auto claims = payload ? base::parse_json(*payload) : base::Result<base::Json>(base::Json());
  const auto list = claims ? base::parse_json((*claims)["ac"].as_string()) : base::Result<base::Json>(base::Json());
  std::vector<GithubScope> scopes;
  if (!list) return scopes;
  constexpr std::int64_t kRead = 1;
  constexpr std::int64_t kWrite = 2;
  for (const auto& entry : list->items()) {
    const auto permission = entry["Permission"].as_integer();
    scopes.push_back({entry["Scope"].as_string(), (permission & kRead) != 0, (permission & kWrite) != 0});
  }
  return scopes;
}

base::Result<GithubAccess> read_github_access(const platform::Environment& environment) {
  GithubAccess access;
  access.token = environment.get("ACTIONS_RUNTIME_TOKEN");
  const std::string results = environment.get("ACTIONS_RESULTS_URL");
  const std::string cache = environment.get("ACTIONS_CACHE_URL");
  // A container action gets no ACTIONS_CACHE_SERVICE_V2: an address of v2 is then enough.
  const bool v2 = !is_enterprise_server(environment.get("GITHUB_SERVER_URL")) && !results.empty() &&
                  (!environment.get("ACTIONS_CACHE_SERVICE_V2").empty() || cache.empty());
  access.protocol = v2 ? GithubProtocol::v2 : GithubProtocol::v1;
  access.url = without_slash(v2 ? results : first_of(cache, results));
  if (access.token.empty() || access.url.empty()) {
    return base::fail(base::ErrorKind::unavailable,
                      fmt::format("the Actions cache service cannot be reached: {} is not set",
                                  access.token.empty() ? "ACTIONS_RUNTIME_TOKEN" : "ACTIONS_RESULTS_URL"),
                      "it can from the action, and not from a run: step");
  }
  access.scopes = scopes_in_token(access.token);
  apply_mode(access, environment);
  apply_scopes(access);
  if (const std::string run = environment.get("GITHUB_RUN_ID"); !run.empty()) {
    access.run = run + '.' + first_of(environment.get("GITHUB_RUN_ATTEMPT"), "1");
  }
  return access;
}

GithubRestAccess read_github_rest_access(const platform::Environment& environment) {
  GithubRestAccess access;
  access.api_url = without_slash(first_of(environment.get("GITHUB_API_URL"), "https://api.github.com"));
  access.repository = environment.get("GITHUB_REPOSITORY");
  const std::string token = first_of(environment.get("INPUT_GITHUB-TOKEN"), environment.get("GITHUB_TOKEN"));
  access.token = base::trim(token);
  access.scopes = scopes_in_token(environment.get("ACTIONS_RUNTIME_TOKEN"));
  return access;
}

}  // namespace ci::store
