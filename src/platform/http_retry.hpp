#pragma once
// When to send a request again, and after how long.
#include <optional>

#include "platform/http.hpp"

namespace ci::platform {

// Whether sending `method` twice does no more than sending it once (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

// Returns the moment that an HTTP date names (RFC 9110, 5.6.7), or nothing.
std::optional<base::TimePoint> parse_http_date(std::string_view value);

// Returns the wait that a Retry-After header asks for: a number of seconds or an HTTP date (RFC 9110, 10.2.3); a date
// in the past means no wait. Nothing when it is neither.
std::optional<base::Duration> parse_retry_after(std::string_view value, base::TimePoint now);

// Returns the wait after try number `tried` (1 = the first): between half and all of 1 s, 2 s, 4 s, ... at most 30 s.
// `jitter` is in [0, 1).
base::Duration backoff(int tried, double jitter);

// Returns a number in [0, 1), so that many clients do not come back together.
double random_jitter();

// The rule for requests that bring none of their own (HttpRequest::retry_after): 408, 429 and 5xx wait.
std::optional<base::Duration> usual_wait(const HttpResponse& response, int tried, base::TimePoint now);

}  // namespace ci::platform
