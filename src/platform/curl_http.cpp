#include "platform/curl_http.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>

#include "platform/ca_bundle.hpp"
#include "platform/curl_transfer.hpp"
#include "platform/curl_transfers.hpp"
#include "platform/http_redirect.hpp"
#include "platform/http_retry.hpp"
#include "platform/url.hpp"

namespace ci::platform {
namespace {

using Answer = tl::expected<HttpResponse, TransferFailure>;

// One try: the request and the redirects that it leads to.
Answer try_once(CurlTransfer& transfer, HttpRequest request, const base::Result<CertificateAuthorities>& authorities,
                Monotonic end) {
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    auto exchange = transfer.exchange(request, authorities, end);
    if (!exchange) return tl::unexpected(std::move(exchange.error()));
    if (!is_redirect(*exchange)) return std::move(exchange->response);
    request = redirected(std::move(request), exchange->response.status, exchange->location);
  }
  return tl::unexpected(TransferFailure{
      base::Error{base::ErrorKind::unavailable, fmt::format("more than {} redirects", kMostRedirects), {}}});
}

// How long to wait before the next try; nothing when this one was the last.
std::optional<base::Duration> wait_after(const Answer& answer, const HttpRequest& request, int tried,
                                         base::TimePoint now) {
  if (tried >= request.tries) return std::nullopt;
  if (answer) return request.retry_after ? request.retry_after(*answer, tried) : usual_wait(*answer, tried, now);
  const auto retry = answer.error().retry;
  const bool repeatable =
      request.repeat == Repeat::harmless || (request.repeat == Repeat::by_method && is_idempotent(request.method));
  const bool again =
      retry == TransferFailure::Retry::safe || (retry == TransferFailure::Retry::if_idempotent && repeatable);
  if (!again) return std::nullopt;
  return backoff(tried, random_jitter());
}

}  // namespace

CurlHttp::CurlHttp(const Environment& environment, Clock& clock, const Cancellation& cancellation,
                   std::string user_agent)
    : environment_(environment), clock_(clock), cancellation_(cancellation), user_agent_(std::move(user_agent)) {
  ::curl_global_init(CURL_GLOBAL_DEFAULT);
}

CurlHttp::~CurlHttp() {
  ::curl_global_cleanup();
}

base::Result<HttpResponse> CurlHttp::send(const HttpRequest& request) {
  const auto authorities = find_certificate_authorities(environment_);
  CurlTransfer transfer(clock_, cancellation_, user_agent_);
  base::Duration waited{};
  for (int tried = 1;; ++tried) {
    const auto longest = clock_.monotonic() + request.total_timeout;
    auto answer = try_once(transfer, request, authorities, std::min(longest, request.end.value_or(longest)));
    const auto wait = wait_after(answer, request, tried, clock_.now());
    const bool in_time = wait && (!request.end || clock_.monotonic() + *wait < *request.end);
    if (in_time && waited + *wait <= request.wait_cap) {
      waited += *wait;
      clock_.sleep(*wait);
      if (cancellation_.signal() == 0) continue;
      return base::fail(base::ErrorKind::cancelled,
                        fmt::format("{} {}: cancelled", request.method, shown_url(request.url)));
    }
    if (answer) return std::move(*answer);
    base::Error error = answer.error().error.within(fmt::format("{} {}", request.method, shown_url(request.url)));
    if (tried > 1) error.message += fmt::format(" (after {} tries)", tried);
    return base::fail(std::move(error));
  }
}

std::unique_ptr<HttpTransfers> CurlHttp::transfers() {
  return std::make_unique<CurlTransfers>(clock_, user_agent_, find_certificate_authorities(environment_));
}

std::string CurlHttp::library_versions() {
  return curl_version();
}

}  // namespace ci::platform
