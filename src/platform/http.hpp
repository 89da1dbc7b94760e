#pragma once
// The seam to HTTP.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/cancellation.hpp"
#include "platform/clock.hpp"

namespace ci::platform {

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; the last of equal names
  std::string body;

  // The value of header `name` (lower case), or "".
  [[nodiscard]] std::string header(const std::string& name) const;
};

class HttpTransfers;  // http_transfers.hpp

// Whether a request may be sent again when its answer was lost.
enum class Repeat {
  by_method,  // as RFC 9110 says: GET, PUT, DELETE and their like
  harmless,   // whatever the method
  never,      // its sender would rather know soon
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  base::Duration connect_timeout = std::chrono::seconds(10);
  base::Duration stall_timeout = std::chrono::seconds(15);  // no byte moved for so long
  base::Duration total_timeout = std::chrono::seconds(60);  // one try, from the start
  std::size_t max_body = std::size_t{64} << 20;             // a longer answer is an error

  OnCancellation on_cancellation = OnCancellation::stop;  // finish: this try goes on, but no other follows

  Repeat repeat = Repeat::by_method;
  std::optional<Monotonic> end;                        // of all tries and waits together
  int tries = 4;                                       // 1 = no retry
  base::Duration wait_cap = std::chrono::seconds(60);  // of all waits between tries together
  // Says how long to wait before another try after this answer, or nothing when the answer is final. Left empty:
  // 408, 429 and 5xx wait by Retry-After, else exponentially with jitter; everything else is final.
  std::function<std::optional<base::Duration>(const HttpResponse&, int tried)> retry_after;
};

class Http {
 public:
  virtual ~Http() = default;
  // Sends a request, follows redirects (301, 302, 303, 307, 308; credentials only to the same host), and tries again
  // after connection failures and as `retry_after` says. Returns the last answer whatever its status.
  // Error: unavailable (no answer; says the URL without its query, the reason, the number of tries),
  // timeout, cancelled.
  virtual base::Result<HttpResponse> send(const HttpRequest& request) = 0;
  // Returns a new set of requests that run at once. It may be used by another thread than this object.
  virtual std::unique_ptr<HttpTransfers> transfers() = 0;
};

}  // namespace ci::platform
