#include "export/otlp_send.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "platform/url.hpp"

namespace ci::exporter {
namespace {

using base::ErrorKind;
using base::Json;

constexpr std::size_t kSpansAtOnce = 1000;
constexpr std::size_t kLongestMessage = 200;  // bytes

// int64 is text in this encoding, but some write a number.
std::int64_t count_of(const Json& json) {
  if (json.is_string()) return base::parse_integer(json.as_string()).value_or(0);
  return json.is_integer() ? json.as_integer() : static_cast<std::int64_t>(json.as_number());
}

// What the answer to `spans` spans says (OTLP specification, "OTLP/HTTP Response").
base::Result<void> read_answer(const platform::HttpResponse& response, const std::string& shown, std::size_t spans,
                               platform::Log& log) {
  if (base::trim(response.body).empty()) {
    log.warning(shown + ": the answer is empty, which does not say that a receiver of OTLP has the spans");
    return {};
  }
  const auto json = base::parse_json(response.body);
  if (!json || !json->is_object()) {
    return base::fail(
        ErrorKind::unavailable,
        fmt::format("{}: HTTP {}, but the answer is not that of a receiver of OTLP", shown, response.status),
        "is the address right? Port 4318 is usual for OTLP over HTTP, and the path ends in /v1/traces");
  }
  const auto& partial = (*json)["partialSuccess"];
  const auto refused = count_of(partial["rejectedSpans"]);
  const auto message =
      platform::disarmed_line(base::truncate_utf8(partial["errorMessage"].as_string(), kLongestMessage));
  if (refused > 0) {
    return base::fail(ErrorKind::unavailable, fmt::format("{}: {} of {} spans were refused{}{}", shown, refused, spans,
                                                          message.empty() ? "" : ": ", message));
  }
  if (!message.empty()) log.warning(fmt::format("{}: {}", shown, message));
  return {};
}

}  // namespace

base::Result<std::size_t> send_traces(const platform::Platform& platform, const Destination& destination,
                                      std::vector<Trace> traces) {
  const auto path = std::string_view(destination.url).substr(0, destination.url.find_first_of("?#"));
  const auto url = path.ends_with("/v1/traces") ? destination.url : url_below(destination.url, "/v1/traces");
  Delivery delivery(platform, destination);
  std::size_t accepted = 0;
  Json::Array spans;
  const auto flush = [&]() -> base::Result<void> {
    if (spans.empty()) return {};
    const auto count = spans.size();
    const auto request = otlp_request(std::exchange(spans, {}));
    const auto answer = delivery.send("POST", url, "application/json", request.compact());
    if (!answer) return base::fail(answer.error());
    if (const auto read = read_answer(*answer, platform::shown_url(url), count, platform.log); !read)
      return base::fail(read.error());
    accepted += count;
    return {};
  };
  for (auto& trace : traces) {
    for (auto& span : trace.spans) {
      spans.push_back(std::move(span));
      if (spans.size() < kSpansAtOnce) continue;
      if (const auto sent = flush(); !sent) return base::fail(sent.error());
    }
  }
  if (const auto sent = flush(); !sent) return base::fail(sent.error());
  return accepted;
}

}  // namespace ci::exporter
