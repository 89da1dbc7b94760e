#include "export/destination.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "platform/foreign_text.hpp"
#include "platform/http_retry.hpp"
#include "platform/secrets.hpp"
#include "platform/url.hpp"

namespace ci::exporter {
namespace {

using base::ErrorKind;
using std::chrono::seconds;

constexpr base::Duration kOneTry = seconds(20);
constexpr base::Duration kWaits = seconds(30);  // for a server that asks to come again later
constexpr std::size_t kLongestAnswer = std::size_t{1} << 20;
constexpr std::size_t kShownOfAnswer = 200;  // bytes

int hex_digit(char digit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto place = kDigits.find(base::lower(std::string_view(&digit, 1)));
  return place == std::string_view::npos ? -1 : static_cast<int>(place);
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    decoded += is_escape ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (is_escape) i += 2;
  }
  return decoded;
}

// A token of RFC 9110, 5.6.2.
bool is_header_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  for (const char byte : name) {
    const bool is_alphanumeric =
        (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    if (!is_alphanumeric && kMarks.find(byte) == std::string_view::npos) return false;
  }
  return !name.empty();
}

bool is_header_value(std::string_view value) {
  for (const char byte : value) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) return false;
  }
  return true;
}

bool may_pass(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

base::Result<Destination> parse_destination(std::string_view url, std::string_view headers) {
  Destination destination;
  const std::string scheme = base::lower(url.substr(0, url.find("://")));
  const bool has_host = url.size() > scheme.size() + 3 && url[scheme.size() + 3] != '/';
  if ((scheme != "http" && scheme != "https") || !has_host) {
    return base::fail(ErrorKind::usage, fmt::format("'{}' is not an address to send to", platform::shown_url(url)),
                      "write http://HOST:PORT or https://HOST");
  }
  destination.url = url;
  int number = 0;
  for (const auto& header : base::split(headers, ',')) {
    ++number;
    if (base::trim(header).empty()) continue;
    const auto equals = header.find('=');
    const std::string name(base::trim(std::string_view(header).substr(0, equals)));
    const std::string value = equals == std::string::npos
                                  ? std::string()
                                  : percent_decoded(base::trim(std::string_view(header).substr(equals + 1)));
    if (equals == std::string::npos || !is_header_name(name) || !is_header_value(value)) {
      return base::fail(ErrorKind::usage, fmt::format("header number {} is not NAME=VALUE", number),
                        "headers are separated by commas, their values percent-encoded");
    }
    destination.headers.emplace_back(name, value);
  }
  return destination;
}

std::string url_below(std::string_view url, std::string_view path) {
  const auto end = url.find_first_of("?#");
  std::string below(url.substr(0, end));
  while (below.ends_with('/')) below.pop_back();
  below += path;
  if (end != std::string_view::npos && url[end] == '?') below += url.substr(end, url.find('#') - end);
  return below;
}

Delivery::Delivery(const platform::Platform& platform, const Destination& destination)
    : platform_(platform), destination_(destination), end_(platform.clock.monotonic() + destination.time) {}

base::Result<platform::HttpResponse> Delivery::send(std::string_view method, const std::string& url,
                                                    std::string_view content_type, std::string body) {
  platform::HttpRequest request;
  request.method = method;
  request.url = url;
  request.headers = destination_.headers;
  request.headers.emplace_back("Content-Type", content_type);
  request.body = std::move(body);
  request.total_timeout = kOneTry;
  request.max_body = kLongestAnswer;
  request.repeat = platform::Repeat::harmless;  // what arrives twice is the same
  request.end = end_;
  request.wait_cap = kWaits;
  request.retry_after = [this](const platform::HttpResponse& response, int tried) -> std::optional<base::Duration> {
    if (!may_pass(response.status)) return std::nullopt;
    const auto asked = platform::parse_retry_after(response.header("retry-after"), platform_.clock.now());
    return asked ? *asked : platform::backoff(tried, platform::random_jitter());
  };
  auto response = platform_.http.send(request);
  if (!response) return base::fail(response.error());
  if (response->status >= 200 && response->status <= 299) return response;
  return base::fail(refusal(fmt::format("{} {}", method, platform::shown_url(url)), *response));
}

base::Error Delivery::refusal(std::string_view what, const platform::HttpResponse& response) const {
  platform::Secrets secrets;
  for (const auto& [name, value] : destination_.headers) secrets.add(value);
  const auto said = base::truncate_utf8(response.body, kShownOfAnswer);
  std::string message = fmt::format("{}: HTTP {}", what, response.status);
  if (!base::trim(said).empty()) message += ": " + platform::disarmed_line(secrets.masked(base::trim(said)));
  const bool is_denied = response.status == 401 || response.status == 403;
  return {is_denied ? ErrorKind::permission : ErrorKind::unavailable, std::move(message),
          is_denied ? "keys are read from the environment (docs/EXPORT.md)" : ""};
}

}  // namespace ci::exporter
