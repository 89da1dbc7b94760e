#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/ids.hpp"
#include "platform/url.hpp"
#include "store/github_call.hpp"
#include "store/github_service.hpp"

namespace ci::store {
namespace {

using base::Json;

// A member of a protobuf message in JSON, under either of its names.
const Json& member(const Json& message, const char* snake_case, const char* camel_case) {
  return message.contains(snake_case) ? message[snake_case] : message[camel_case];
}

// Which service, with which token, for which version.
struct Caller {
  std::string url;
  std::string token;
  std::string version;
  platform::Platform platform;

  [[nodiscard]] tl::expected<GithubAnswer, NotSaved> call(const std::string& method, Json message,
                                                          GithubCall call) const {
    message.set("version", version);
    call.url = fmt::format("{}/twirp/github.actions.results.api.v1.CacheService/{}", url, method);
    call.headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
    call.body = message.compact();
    return call_github(call, platform);
  }
};

GithubCall until(platform::Monotonic end) {
  GithubCall call;
  call.end = end;
  return call;
}

tl::unexpected<NotSaved> refused(const std::string& method, const Json& answer) {
  const std::string& words = answer["message"].as_string();
  return tl::unexpected<NotSaved>(
      {reason_in_words(words, NotSavedReason::failed),
       {base::ErrorKind::unavailable, fmt::format("{}: {}", method, words.empty() ? "refused" : words), {}}});
}

// A blob of Azure behind a URL that lets us write it (learn.microsoft.com: "Put Block", "Put Block List", "Put Blob").
class BlobReservation final : public GithubReservation {
 public:
  BlobReservation(Caller caller, std::string key, std::string url)
      : caller_(std::move(caller)), key_(std::move(key)), url_(std::move(url)) {}

  std::optional<platform::HttpRequest> block(Extent extent, std::size_t number, std::uint64_t,
                                             std::string_view) override {
    platform::HttpRequest request;
    request.method = "PUT";
    request.headers = {{"Content-Type", "application/octet-stream"}, {"x-ms-version", "2020-10-02"}};
    if (extent == Extent::whole) {
      request.url = url_;
      request.headers.emplace_back("x-ms-blob-type", "BlockBlob");
    } else {
      request.url = with_query("comp=block&blockid=" + platform::percent_encoded(block_id(number)));
    }
    return request;
  }

  tl::expected<void, NotSaved> commit(Extent extent, std::size_t count, std::uint64_t bytes,
                                      platform::Monotonic end) override {
    if (extent == Extent::blocks) {
      if (auto listed = commit_blocks(count, end); !listed) return listed;
    }
    Json message;
    message.set("key", key_).set("size_bytes", std::to_string(bytes));
    GithubCall call;
    call.end = end;
    call.one_try = std::chrono::seconds(90);  // large entries take their time
    call.not_found = GithubCall::NotFound::passing;
    const auto answer = caller_.call("FinalizeCacheEntryUpload", std::move(message), std::move(call));
    if (!answer) return tl::unexpected(answer.error());
    if (!answer->body["ok"].as_bool()) return refused("FinalizeCacheEntryUpload", answer->body);
    return {};
  }

 private:
  // 48 bytes before the encoding, as Azure's own client makes them; servers read the number from the last twelve.
  [[nodiscard]] std::string block_id(std::size_t number) const {
    return base::base64(fmt::format("{}{:012}", uuid_, number));
  }
  [[nodiscard]] std::string with_query(const std::string& query) const {
    return url_ + (url_.find('?') == std::string::npos ? '?' : '&') + query;
  }

  tl::expected<void, NotSaved> commit_blocks(std::size_t count, platform::Monotonic end) {
    GithubCall call;
    call.end = end;
    call.method = "PUT";
    call.url = with_query("comp=blocklist");
    call.headers = {{"Content-Type", "application/xml"}, {"x-ms-version", "2020-10-02"}};
    call.body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>";
    for (std::size_t number = 0; number < count; ++number) call.body += "<Latest>" + block_id(number) + "</Latest>";
    call.body += "</BlockList>";
    call.one_try = std::chrono::seconds(60);
    const auto answer = call_github(call, caller_.platform);
    if (!answer) return tl::unexpected<NotSaved>({NotSavedReason::failed, answer.error().error});
    return {};
  }

  Caller caller_;
  std::string key_;
  std::string url_;
  std::string uuid_ = base::random_uuid();
};

class ServiceV2 final : public GithubService {
 public:
  explicit ServiceV2(Caller caller) : caller_(std::move(caller)) {}
  tl::expected<std::optional<GithubEntry>, NotSaved> look_up(const std::vector<std::string>& keys,
                                                             platform::Monotonic end) override;
  tl::expected<std::unique_ptr<GithubReservation>, NotSaved> reserve(const std::string& key,
                                                                     platform::Monotonic end) override;

 private:
  Caller caller_;
};

tl::expected<std::optional<GithubEntry>, NotSaved> ServiceV2::look_up(const std::vector<std::string>& keys,
                                                                      platform::Monotonic end) {
  Json message;
  message.set("key", keys.front());
  if (keys.size() > 1) {
    Json others = Json::array();
    for (std::size_t i = 1; i < keys.size(); ++i) others.push(keys[i]);
    message.set("restore_keys", std::move(others));
  }
  const auto answer = caller_.call("GetCacheEntryDownloadURL", std::move(message), until(end));
  if (!answer) return tl::unexpected(answer.error());
  GithubEntry entry;
  entry.url = member(answer->body, "signed_download_url", "signedDownloadUrl").as_string();
  entry.key = member(answer->body, "matched_key", "matchedKey").as_string();
  if (!answer->body["ok"].as_bool() || entry.url.empty()) return std::nullopt;
  if (entry.key.empty()) entry.key = keys.front();
  return entry;
}

tl::expected<std::unique_ptr<GithubReservation>, NotSaved> ServiceV2::reserve(const std::string& key,
                                                                              platform::Monotonic end) {
  Json message;
  message.set("key", key);
  const auto answer = caller_.call("CreateCacheEntry", std::move(message), until(end));
  if (!answer) return tl::unexpected(answer.error());
  const std::string& url = member(answer->body, "signed_upload_url", "signedUploadUrl").as_string();
  if (!answer->body["ok"].as_bool() || url.empty()) {
    // Some servers say in this way, and without a word, that the key is taken.
    const bool silent = answer->body["message"].as_string().empty();
    auto refusal = refused("CreateCacheEntry", answer->body);
    if (silent) refusal.value().reason = NotSavedReason::already_there;
    return refusal;
  }
  return std::make_unique<BlobReservation>(caller_, key, url);
}

}  // namespace

std::unique_ptr<GithubService> make_github_service_v2(const GithubAccess& access, const std::string& version,
                                                      const platform::Platform& platform) {
  return std::make_unique<ServiceV2>(Caller{access.url, access.token, version, platform});
}

}  // namespace ci::store
