#include "github/client.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::github {
namespace {

using base::Duration;
using platform::HttpResponse;
using std::chrono::seconds;
using Kind = Refusal::Kind;

constexpr Duration kBetweenChanges = seconds(1);
constexpr Duration kLeastLimitWait = seconds(60);
constexpr Duration kOneTry = seconds(10);
constexpr int kTries = 4;
constexpr std::size_t kLongestAnswer = std::size_t{8} << 20;
constexpr std::size_t kLongestReason = 500;

std::string message_of(const HttpResponse& response) {
  const auto answer = base::parse_json(response.body);
  return answer ? (*answer)["message"].as_string() : "";
}

bool says(const std::string& message, std::string_view words) {
  return message.find(words) != std::string::npos;
}

// What GitHub says, with the fields that it found wrong.
std::string reason_of(const HttpResponse& response) {
  const auto answer = base::parse_json(response.body);
  if (!answer) return "";
  std::string reason = (*answer)["message"].as_string();
  for (const auto& error : (*answer)["errors"].items()) {
    reason += "; " + (error.is_string() ? error.as_string() : error.compact());
  }
  return std::string(base::truncate_utf8(reason, kLongestReason));
}

bool is_limit(Kind kind) {
  return kind == Kind::rate_limit || kind == Kind::secondary_limit;
}

Refusal refusal(std::string_view request, const HttpResponse& response) {
  std::string message = fmt::format("{}: HTTP {}", request, response.status);
  if (const auto reason = reason_of(response); !reason.empty()) message += ": " + reason;
  return {classify(response), response.status, std::move(message)};
}

Refusal no_answer(const base::Error& error) {
  return {error.kind == base::ErrorKind::cancelled ? Kind::cancelled : Kind::unavailable, 0, error.message};
}

}  // namespace

Kind classify(const HttpResponse& response) {
  switch (response.status) {
    case 401:
      return Kind::bad_token;
    case 404:
      return Kind::not_found;
    case 422:
      return Kind::invalid;
    case 403:
    case 429:
      break;
    default:
      return response.status >= 400 && response.status < 500 ? Kind::invalid : Kind::unavailable;
  }
  // The words come first: an answer to a read-only token carries the same rate limit headers as any other.
  const std::string message = base::lower(message_of(response));
  if (says(message, "resource not accessible by integration")) return Kind::read_only_token;
  if (says(message, "invalid app_id") || says(message, "authenticate via a github app") ||
      says(message, "resource not accessible by personal access token")) {
    return Kind::wrong_app;
  }
  if (response.header("x-ratelimit-remaining") == "0") return Kind::rate_limit;
  if (says(message, "rate limit") || says(message, "abuse detection") || !response.header("retry-after").empty() ||
      response.status == 429) {
    return Kind::secondary_limit;
  }
  return Kind::forbidden;
}

std::optional<Duration> wait_before_retry(const HttpResponse& response, int tried, base::TimePoint now) {
  if (response.status < 400) return std::nullopt;
  const Kind kind = classify(response);
  if (!is_limit(kind) && response.status < 500) return std::nullopt;
  constexpr std::int64_t kLongest = 86400;
  if (const auto asked = base::parse_integer(response.header("retry-after")); asked && *asked >= 0) {
    return seconds(std::min(*asked, kLongest));
  }
  const int doublings = std::clamp(tried - 1, 0, 5);
  if (!is_limit(kind)) return seconds(std::int64_t{1} << doublings);
  if (kind == Kind::rate_limit) {
    if (const auto reset = base::parse_integer(response.header("x-ratelimit-reset")); reset && *reset > 0) {
      const auto left = base::TimePoint(seconds(std::min(*reset, std::int64_t{1} << 40))) - now;
      return std::clamp<Duration>(left, kBetweenChanges, seconds(kLongest));
    }
  }
  return kLeastLimitWait * (1 << doublings);
}

tl::expected<base::Json, Refusal> Client::change(std::string_view method, std::string_view path, const base::Json& body,
                                                 Patience& patience) {
  keep_apart();
  platform::HttpRequest request;
  request.method = method;
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body.compact();
  auto answer = exchange(std::move(request), path, patience);
  last_change_ = clock_.monotonic();
  return answer;
}

tl::expected<base::Json, Refusal> Client::look(std::string_view path, Patience& patience) {
  platform::HttpRequest request;
  request.repeat = platform::Repeat::never;
  return exchange(std::move(request), path, patience);
}

tl::expected<base::Json, Refusal> Client::exchange(platform::HttpRequest request, std::string_view path,
                                                   Patience& patience) {
  const std::string what = fmt::format("{} {}", request.method, path);
  const auto began = clock_.monotonic();
  const auto left = [&] { return patience.total - (clock_.monotonic() - began); };
  if (left() < seconds(1)) return tl::unexpected(Refusal{Kind::unavailable, 0, what + ": no time left for reporting"});

  request.url = api_url_ + std::string(path);
  request.headers.insert(request.headers.begin(), {{"Authorization", "Bearer " + token_},
                                                   {"Accept", "application/vnd.github+json"},
                                                   {"X-GitHub-Api-Version", "2022-11-28"}});
  request.total_timeout = std::min(kOneTry, left());
  request.stall_timeout = std::min<Duration>(request.stall_timeout, request.total_timeout);
  request.max_body = kLongestAnswer;
  request.on_cancellation = patience.on_cancellation;
  request.tries = kTries;
  request.wait_cap = patience.waits;
  request.end = began + patience.total;
  request.retry_after = [&](const HttpResponse& response, int tried) -> std::optional<Duration> {
    const auto wait = wait_before_retry(response, tried, clock_.now());
    if (!wait || *wait > patience.waits || *wait > left()) return std::nullopt;
    patience.waits -= *wait;
    return wait;
  };
  const auto response = http_.send(request);
  patience.total = left();
  if (!response) return tl::unexpected(no_answer(response.error()));
  if (response->status < 200 || response->status > 299) return tl::unexpected(refusal(what, *response));
  const auto answer = base::parse_json(response->body);
  if (!answer) return tl::unexpected(Refusal{Kind::unavailable, response->status, what + ": the answer is not JSON"});
  return *answer;
}

void Client::keep_apart() {
  if (!last_change_) return;
  const auto gone = clock_.monotonic() - *last_change_;
  if (gone < kBetweenChanges) clock_.sleep(kBetweenChanges - gone);
}

}  // namespace ci::github
