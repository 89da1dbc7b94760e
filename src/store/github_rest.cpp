#include "store/github_rest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "platform/url.hpp"
#include "store/github_service.hpp"
#include "store/github_upload.hpp"

namespace ci::store {
namespace {

using base::ErrorKind;
using base::fail;

constexpr std::size_t kPage = 100;  // entries; the most that GitHub gives at once
constexpr std::size_t kMostPages = 50;
constexpr std::size_t kLongestAnswer = std::size_t{4} << 20;
constexpr std::uint64_t kRepositoryLimit = 10'000'000'000;  // bytes (docs.github.com, "Usage limits")
constexpr const char* kHint = "give the job the permission actions: write (read is enough to list)";

}  // namespace

base::Result<base::Json> GithubRest::send(const std::string& method, const std::string& path) const {
  if (access_.repository.empty()) {
    return fail(ErrorKind::permission, "nobody says whose Actions cache it is: GITHUB_REPOSITORY is not set",
                "set it to OWNER/NAME");
  }
  if (access_.token.empty()) {
    return fail(ErrorKind::permission,
                "the entries of the Actions cache can be listed and removed with a GitHub token only",
                "set the action's input github-token or the variable GITHUB_TOKEN");
  }
  platform::HttpRequest request;
  request.method = method;
  request.url = fmt::format("{}/repos/{}/actions/{}", access_.api_url, access_.repository, path);
  request.headers = {{"Authorization", "Bearer " + access_.token},
                     {"Accept", "application/vnd.github+json"},
                     {"X-GitHub-Api-Version", "2022-11-28"}};
  request.total_timeout = std::chrono::seconds(20);
  request.max_body = kLongestAnswer;
  request.wait_cap = kLongestWait;
  const auto answer = platform_.http.send(request);
  if (!answer) return fail(answer.error());
  const int status = answer->status;
  if (status == 404 && method == "DELETE") return base::Json();
  auto body = base::parse_json(answer->body);
  if (status >= 200 && status <= 299) return body ? std::move(*body) : base::Json();
  std::string why = fmt::format("{} {}: HTTP {}", method, platform::shown_url(request.url), status);
  if (body && !(*body)["message"].as_string().empty()) why += ": " + (*body)["message"].as_string();
  if (status == 401 || status == 403 || status == 404) return fail(ErrorKind::permission, std::move(why), kHint);
  return fail(ErrorKind::unavailable, std::move(why));
}

base::Result<std::vector<GithubRest::Found>> GithubRest::fetch(const std::string& prefix) const {
  std::vector<Found> entries;
  for (std::size_t page = 1; page <= kMostPages; ++page) {
    const auto answer = send("GET", fmt::format("caches?key={}&sort=created_at&direction=desc&per_page={}&page={}",
                                                platform::percent_encoded(prefix), kPage, page));
    if (!answer) return fail(answer.error());
    const auto& items = (*answer)["actions_caches"].items();
    for (const auto& item : items) {
      const std::string& key = item["key"].as_string();
      if (key.empty() || item["version"].as_string() != version_ || !key.starts_with(prefix)) continue;
      const auto created = base::parse_rfc3339(item["created_at"].as_string());
      const auto bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(0, item["size_in_bytes"].as_integer()));
      entries.push_back({{key, bytes, created.value_or(base::TimePoint{}), item["ref"].as_string()},
                         item["id"].as_integer(),
                         item["ref"].as_string()});
    }
    if (items.size() < kPage) break;
  }
  return entries;
}

bool GithubRest::may_read(const std::string& reference) const {
  return access_.scopes.empty() || std::any_of(access_.scopes.begin(), access_.scopes.end(), [&](const auto& scope) {
           return scope.may_read && scope.reference == reference;
         });
}

std::string GithubRest::elsewhere(const std::string& prefix) const {
  const auto entries = access_.token.empty() ? base::Result<std::vector<Found>>() : fetch(prefix);
  if (!entries) return "";
  for (const auto& [entry, id, reference] : *entries) {  // newest first
    if (!may_read(reference)) return fmt::format("{} has \"{}\", which this job may not read", reference, entry.key);
  }
  return "";
}

base::Result<Usage> GithubRest::usage() const {
  const auto answer = send("GET", "cache/usage");
  if (!answer) return fail(answer.error());
  const auto bytes = (*answer)["active_caches_size_in_bytes"].as_integer();
  return Usage{static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes)), kRepositoryLimit};
}

base::Result<std::vector<Entry>> GithubRest::list(const std::string& prefix) const {
  auto entries = fetch(prefix);
  if (!entries) return fail(entries.error());
  std::vector<Entry> readable;
  for (auto& [entry, id, reference] : *entries) {
    if (may_read(reference)) readable.push_back(std::move(entry));
  }
  std::stable_sort(readable.begin(), readable.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.created, a.key) > std::tie(b.created, b.key);
  });
  return readable;
}

base::Result<void> GithubRest::remove(const Entry& removed_entry) const {
  const std::string& key = removed_entry.key;
  const auto entries = fetch(key);
  if (!entries) return fail(entries.error());
  for (const auto& [entry, id, reference] : *entries) {
    if (entry.key != key && !is_key_of_run(entry.key, key)) continue;
    if (!removed_entry.scope.empty() && removed_entry.scope != reference) continue;
    const bool ours = access_.scopes.empty() ||
                      std::any_of(access_.scopes.begin(), access_.scopes.end(), [&ref = reference](const auto& scope) {
                        return scope.may_write && scope.reference == ref;
                      });
    if (!ours) continue;
    if (const auto removed = send("DELETE", fmt::format("caches/{}", id)); !removed) return fail(removed.error());
  }
  return {};
}

}  // namespace ci::store
