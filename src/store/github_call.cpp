#include "store/github_call.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "platform/http_retry.hpp"
#include "platform/url.hpp"
#include "store/github_service.hpp"

namespace ci::store {
namespace {

using platform::HttpResponse;

constexpr std::size_t kLongestAnswer = std::size_t{1} << 20;
constexpr std::size_t kLongestReason = 300;
constexpr int kTries = 4;

// What an answer says in words: Twirp's error, or that of v1.
std::string words_of(const base::Json& body) {
  for (const char* member : {"msg", "message"}) {
    if (const auto& text = body[member].as_string(); !text.empty()) return text;
  }
  return "";
}

NotSavedReason reason_of(int status, const base::Json& body) {
  const auto otherwise = [&] {
    switch (status) {
      case 401:
      case 403:
        return NotSavedReason::denied;
      case 409:
        return NotSavedReason::already_there;
      case 413:
        return NotSavedReason::no_room;
      case 429:
        return NotSavedReason::later;
      default:
        return NotSavedReason::failed;
    }
  }();
  return reason_in_words(body["code"].as_string() == "already_exists" ? "already exists" : words_of(body), otherwise);
}

}  // namespace

NotSavedReason reason_in_words(std::string_view words, NotSavedReason otherwise) {
  const std::string text = base::lower(words);
  const auto says = [&](std::string_view part) { return text.find(part) != std::string::npos; };
  if (says("write denied") || says("read denied")) return NotSavedReason::denied;
  if (says("already exists") || says("already reserved")) return NotSavedReason::already_there;
  if (says("insufficient usage") || says("quota") || says("storage limit") || says("is over the") ||
      says("too large")) {
    return NotSavedReason::no_room;
  }
  return otherwise;
}

tl::expected<GithubAnswer, NotSaved> call_github(const GithubCall& call, const platform::Platform& platform) {
  platform::HttpRequest request;
  request.method = call.method;
  request.url = call.url;
  request.headers = call.headers;
  request.body = call.body;
  request.end = call.end;
  request.total_timeout = call.one_try;
  request.stall_timeout = call.one_try;  // the service may think for as long
  request.max_body = kLongestAnswer;
  request.repeat = platform::Repeat::harmless;
  request.tries = kTries;
  request.wait_cap = kLongestWait;
  request.retry_after = [&](const HttpResponse& answer, int tried) -> std::optional<base::Duration> {
    if (answer.status == 404 && call.not_found == GithubCall::NotFound::passing) {
      return std::chrono::seconds(1 << (tried - 1));
    }
    const auto body = base::parse_json(answer.body);
    if (body && reason_of(answer.status, *body) == NotSavedReason::no_room) return std::nullopt;
    return platform::usual_wait(answer, tried, platform.clock.now());
  };
  const auto answer = platform.http.send(request);
  if (!answer) return tl::unexpected<NotSaved>({NotSavedReason::failed, answer.error()});
  auto body = base::parse_json(answer->body);
  GithubAnswer result{answer->status, body ? std::move(*body) : base::Json()};
  if (answer->status >= 200 && answer->status <= 299) return result;
  std::string why = fmt::format("{} {}: HTTP {}", call.method, platform::shown_url(call.url), answer->status);
  if (const auto words = words_of(result.body); !words.empty()) {
    why += ": " + std::string(base::truncate_utf8(words, kLongestReason));
  }
  if (const auto pause = answer->header("retry-after"); !pause.empty()) {
    why += fmt::format(" (asks for a pause: Retry-After {})", pause);
  }
  return tl::unexpected<NotSaved>(
      {reason_of(answer->status, result.body), {base::ErrorKind::unavailable, std::move(why), {}}});
}

}  // namespace ci::store
