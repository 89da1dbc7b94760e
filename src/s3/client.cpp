#include "s3/client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "platform/http_retry.hpp"

namespace ci::s3 {
namespace {

using base::ErrorKind;
using base::fail;

// Requests are refused when they are 15 minutes off; a Date header and the way of the answer are inexact.
constexpr std::chrono::minutes kSkew{5};
constexpr std::chrono::minutes kOneTry{5};  // CompleteMultipartUpload takes minutes for many parts
constexpr int kTries = 4;
constexpr int kNotImplemented = 501;  // which no later try changes
constexpr std::size_t kLongestMessage = 300;

std::string shown(std::string_view text) {
  return platform::disarmed_line(base::truncate_utf8(text, kLongestMessage));
}

std::string hint_for(const Failure& failure, int status, const Location& location, const std::string& permissions) {
  const std::string& code = failure.code;
  if (!failure.region.empty() && failure.region != location.region) {
    return fmt::format("the bucket is in another region: set AWS_REGION to {}", shown(failure.region));
  }
  if (code == "NoSuchBucket") return "make the bucket, or correct the name of the store";
  if (code == "ExpiredToken" || code == "InvalidToken") return "the temporary credentials are not, or no longer, valid";
  if (code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch") {
    return "the credentials are wrong, or belong to another service (AWS_ENDPOINT_URL_S3)";
  }
  if (code == "RequestTimeTooSkewed") return "the clock of this machine is wrong";
  if (status == 403) return "the credentials need " + permissions;
  return "";
}

}  // namespace

bool is_success(const platform::HttpResponse& answer) {
  return answer.status >= 200 && answer.status <= 299;
}

Failure failure_of(const platform::HttpResponse& answer) {
  auto failure = parse_failure(answer.body).value_or(Failure{});
  if (failure.region.empty()) failure.region = answer.header("x-amz-bucket-region");
  return failure;
}

Client::Client(Location location, Credentials credentials, ClientSettings settings, const platform::Platform& platform)
    : location_(std::move(location)),
      settings_(std::move(settings)),
      platform_(platform),
      signer_(std::move(credentials), location_.region) {}

platform::HttpRequest Client::request(const Call& call, std::string_view bytes) {
  const bool secure = location_.origin.starts_with("https:");
  SignedRequest to_sign;
  to_sign.method = call.method;
  to_sign.host = location_.host;
  to_sign.path = call.name.empty() ? location_.bucket_path() : location_.path_of(call.name);
  to_sign.query = call.query;
  to_sign.headers = call.headers;
  to_sign.payload_hash = secure && !bytes.empty() ? std::string(kUnsignedPayload) : base::hex(base::sha256(bytes));

  platform::HttpRequest request;
  request.method = call.method;
  request.url = location_.origin + uri_encode(to_sign.path, Slash::keep);
  if (!call.query.empty()) request.url += '?' + canonical_query(call.query);
  request.headers = signer_.sign(to_sign, service_time());
  request.connect_timeout = settings_.connect_timeout;
  request.max_body = call.longest_answer;
  return request;
}

base::Result<platform::HttpResponse> Client::send(const Call& call, platform::Monotonic end) {
  bool corrected = false;
  for (int tried = 1;; ++tried) {
    const auto left = end - platform_.clock.monotonic();
    if (left <= base::Duration::zero()) return fail(ErrorKind::timeout, "no time is left for the S3 service");
    auto request = this->request(call, call.body);
    request.body = call.body;
    request.total_timeout = std::min<base::Duration>(kOneTry, left);
    request.on_cancellation = call.on_cancellation;
    request.tries = 1;  // each try is signed anew
    auto answer = platform_.http.send(request);
    if (!answer && answer.error().kind == ErrorKind::cancelled) return answer;
    if (answer && !corrected && corrects_clock(*answer)) {
      corrected = true;
      continue;
    }
    if (answer && answer->status == kNotImplemented) return answer;
    auto wait = platform::backoff(tried, platform::random_jitter());
    if (answer) {
      const auto asked = platform::usual_wait(*answer, tried, platform_.clock.now());
      if (!asked) return answer;
      wait = *asked;
    }
    if (tried >= kTries || platform_.clock.monotonic() + wait >= end) return answer;
    platform_.clock.sleep(wait);
    if (platform_.cancellation.signal() != 0) return fail(ErrorKind::cancelled, "cancelled");
  }
}

bool Client::corrects_clock(const platform::HttpResponse& answer) {
  if (answer.status != 403) return false;
  const auto date = platform::parse_http_date(answer.header("date"));
  if (!date) return false;
  const auto difference = *date - service_time();
  if (difference < kSkew && -difference < kSkew) return false;
  offset_ = (*date - platform_.clock.now()).count();
  return true;
}

base::Result<std::optional<Head>> Client::head(const std::string& name, platform::Monotonic end) {
  const auto answer = send({.method = "HEAD", .name = name}, end);
  if (!answer) return fail(answer.error());
  if (answer->status == 404) return std::nullopt;
  if (!is_success(*answer)) {
    // The answer to HEAD has no body to say why; that to a listing has.
    auto listed = page(name, "", end);
    return fail(listed ? error(*answer, "cannot look up one of the " + settings_.contents) : listed.error());
  }
  const auto bytes = base::parse_integer(answer->header("content-length"));
  const auto modified = platform::parse_http_date(answer->header("last-modified"));
  if (!bytes || *bytes < 0 || !modified)
    return fail(ErrorKind::data, "the S3 service does not say the size and the age of an object");
  Head head{static_cast<std::uint64_t>(*bytes), *modified, {}};
  for (const auto& [header, value] : answer->headers) {
    if (header.starts_with(kMetadataPrefix)) head.metadata[header.substr(kMetadataPrefix.size())] = value;
  }
  return head;
}

base::Result<Page> Client::page(const std::string& prefix, const std::string& token, platform::Monotonic end) {
  return page_in(send(listing(prefix, token, Depth::all), end));
}

Call Client::listing(const std::string& prefix, const std::string& token, Depth depth) {
  Call call{.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}}};
  if (depth == Depth::folder) call.query.emplace_back("delimiter", "/");
  if (!token.empty()) call.query.emplace_back("continuation-token", token);
  return call;
}

base::Result<Page> Client::page_in(const base::Result<platform::HttpResponse>& answer) const {
  if (!answer) return fail(answer.error());
  if (!is_success(*answer)) return fail(error(*answer, "cannot list the " + settings_.contents));
  return parse_page(answer->body);
}

base::Error Client::error(const platform::HttpResponse& answer, std::string_view what) const {
  const Failure failure = failure_of(answer);
  const bool refused = answer.status == 401 || answer.status == 403;
  std::string message =
      fmt::format("{} in s3://{}/{}: HTTP {}", what, location_.bucket, location_.folder, answer.status);
  if (!failure.code.empty()) message += fmt::format(" {}", shown(failure.code));
  if (!failure.message.empty()) message += fmt::format(": {}", shown(failure.message));
  return {refused ? ErrorKind::permission : ErrorKind::unavailable, std::move(message),
          hint_for(failure, answer.status, location_, settings_.permissions)};
}

}  // namespace ci::s3
