#pragma once
// Where an export is sent over HTTP, and the sending.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/platform.hpp"

namespace ci::exporter {

struct Destination {
  std::string url;                                           // user and password in it are sent and never shown
  std::vector<std::pair<std::string, std::string>> headers;  // their values are never shown
  base::Duration time = std::chrono::seconds(60);            // for everything that is sent together
};

// Returns the destination of a URL and of headers in the form of OTEL_EXPORTER_OTLP_HEADERS: NAME=VALUE, separated by
// commas, values percent-encoded. Error: usage, without the value of any header.
base::Result<Destination> parse_destination(std::string_view url, std::string_view headers);

// Returns `url` with `path` ("/v1/traces") behind its own one; its query stays.
std::string url_below(std::string_view url, std::string_view path);

// Sends bodies one after the other until the destination's time is over.
class Delivery {
 public:
  // `platform` and `destination` must outlive this object.
  Delivery(const platform::Platform& platform, const Destination& destination);

  // Sends `body` and returns the answer, whose status is 2xx. 429, 502, 503 and 504 are waited for as Retry-After says,
  // 30 s in all. Error: unavailable, permission (401, 403), timeout, cancelled: with the URL without its secrets, the
  // status and the beginning of what the server said.
  base::Result<platform::HttpResponse> send(std::string_view method, const std::string& url,
                                            std::string_view content_type, std::string body);

 private:
  [[nodiscard]] base::Error refusal(std::string_view what, const platform::HttpResponse& response) const;

  const platform::Platform& platform_;
  const Destination& destination_;
  platform::Monotonic end_;
};

}  // namespace ci::exporter
