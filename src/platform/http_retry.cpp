#include "platform/http_retry.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <random>

#include "base/text.hpp"

namespace ci::platform {

bool is_idempotent(std::string_view method) {
  for (const std::string_view safe : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
    if (method == safe) return true;
  }
  return false;
}

std::optional<base::TimePoint> parse_http_date(std::string_view value) {
  const auto date = ::curl_getdate(std::string(value).c_str(), nullptr);
  if (date < 0) return std::nullopt;
  return base::TimePoint{std::chrono::seconds(date)};
}

std::optional<base::Duration> parse_retry_after(std::string_view value, base::TimePoint now) {
  constexpr std::int64_t kLongest = 365 * 86400;
  value = base::trim(value);
  if (const auto seconds = base::parse_integer(value)) {
    if (*seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min(*seconds, kLongest));
  }
  const auto due = parse_http_date(value);
  if (!due) return std::nullopt;
  return std::max(*due - now, base::Duration::zero());
}

base::Duration backoff(int tried, double jitter) {
  const int doublings = std::clamp(tried - 1, 0, 5);
  const double whole = std::min(static_cast<double>(1 << doublings), 30.0);
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(whole * (0.5 + jitter / 2)));
}

double random_jitter() {
  std::random_device device;
  return std::uniform_real_distribution<double>(0, 1)(device);
}

std::optional<base::Duration> usual_wait(const HttpResponse& response, int tried, base::TimePoint now) {
  const int status = response.status;
  if (status != 408 && status != 429 && status < 500) return std::nullopt;
  if (const auto asked = parse_retry_after(response.header("retry-after"), now)) return asked;
  return backoff(tried, random_jitter());
}

}  // namespace ci::platform
