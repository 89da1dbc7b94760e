#include <fmt/format.h>

#include "base/text.hpp"
#include "platform/url.hpp"
#include "store/github_call.hpp"
#include "store/github_service.hpp"

namespace ci::store {
namespace {

using base::Json;
using Headers = std::vector<std::pair<std::string, std::string>>;

Headers headers_with(const std::string& token, const std::string& content_type) {
  Headers headers = {{"Authorization", "Bearer " + token}, {"Accept", "application/json;api-version=6.0-preview.1"}};
  if (!content_type.empty()) headers.emplace_back("Content-Type", content_type);
  return headers;
}

class PatchReservation final : public GithubReservation {
 public:
  PatchReservation(std::string url, std::string token, const platform::Platform& platform)
      : url_(std::move(url)), token_(std::move(token)), platform_(platform) {}

  std::optional<platform::HttpRequest> block(Extent, std::size_t, std::uint64_t offset,
                                             std::string_view bytes) override {
    if (bytes.empty()) return std::nullopt;
    platform::HttpRequest request;
    request.method = "PATCH";
    request.url = url_;
    request.headers = headers_with(token_, "application/octet-stream");
    request.headers.emplace_back("Content-Range", fmt::format("bytes {}-{}/*", offset, offset + bytes.size() - 1));
    return request;
  }

  tl::expected<void, NotSaved> commit(Extent, std::size_t, std::uint64_t bytes, platform::Monotonic end) override {
    Json message;
    message.set("size", static_cast<std::int64_t>(bytes));
    GithubCall call;
    call.end = end;
    call.url = url_;
    call.headers = headers_with(token_, "application/json");
    call.body = message.compact();
    call.one_try = std::chrono::seconds(90);
    const auto answer = call_github(call, platform_);
    if (!answer) return tl::unexpected(answer.error());
    return {};
  }

 private:
  std::string url_;
  std::string token_;
  platform::Platform platform_;
};

class ServiceV1 final : public GithubService {
 public:
  ServiceV1(const GithubAccess& access, std::string version, const platform::Platform& platform)
      : url_(access.url + "/_apis/artifactcache/"),
        token_(access.token),
        version_(std::move(version)),
        platform_(platform) {}

  tl::expected<std::optional<GithubEntry>, NotSaved> look_up(const std::vector<std::string>& keys,
                                                             platform::Monotonic end) override;
  tl::expected<std::unique_ptr<GithubReservation>, NotSaved> reserve(const std::string& key,
                                                                     platform::Monotonic end) override;

 private:
  std::string url_;
  std::string token_;
  std::string version_;
  platform::Platform platform_;
};

tl::expected<std::optional<GithubEntry>, NotSaved> ServiceV1::look_up(const std::vector<std::string>& keys,
                                                                      platform::Monotonic end) {
  GithubCall call;
  call.end = end;
  call.method = "GET";
  call.url =
      fmt::format("{}cache?keys={}&version={}", url_, platform::percent_encoded(base::join(keys, ",")), version_);
  call.headers = headers_with(token_, "");
  const auto answer = call_github(call, platform_);
  if (!answer) return tl::unexpected(answer.error());
  GithubEntry entry;
  entry.key = answer->body["cacheKey"].as_string();
  entry.url = answer->body["archiveLocation"].as_string();
  if (answer->status == 204 || entry.url.empty() || entry.key.empty()) return std::nullopt;
  entry.created = base::parse_rfc3339(answer->body["creationTime"].as_string());
  return entry;
}

tl::expected<std::unique_ptr<GithubReservation>, NotSaved> ServiceV1::reserve(const std::string& key,
                                                                              platform::Monotonic end) {
  Json message;
  message.set("key", key).set("version", version_);
  GithubCall call;
  call.end = end;
  call.url = url_ + "caches";
  call.headers = headers_with(token_, "application/json");
  call.body = message.compact();
  const auto answer = call_github(call, platform_);
  if (!answer) return tl::unexpected(answer.error());
  const Json& id = answer->body["cacheId"];
  if (!id.is_integer() || id.as_integer() <= 0) {  // some servers say in this way that the key is taken
    return tl::unexpected<NotSaved>(
        {NotSavedReason::already_there, {base::ErrorKind::unavailable, "the service set nothing aside", {}}});
  }
  return std::make_unique<PatchReservation>(fmt::format("{}caches/{}", url_, id.as_integer()), token_, platform_);
}

}  // namespace

std::unique_ptr<GithubService> make_github_service_v1(const GithubAccess& access, const std::string& version,
                                                      const platform::Platform& platform) {
  return std::make_unique<ServiceV1>(access, version, platform);
}

}  // namespace ci::store
