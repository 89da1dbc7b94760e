#include "platform/http_redirect.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "platform/url.hpp"

namespace ci::platform {
namespace {

// What may go to another origin: it says how a body is to be read or which part is wanted, never who asks. Every other
// header may hold a key, whatever its name (x-api-key, dd-api-key, x-scope-orgid, ...).
constexpr std::array<std::string_view, 13> kHarmless = {
    "accept",       "accept-encoding", "content-encoding",    "content-md5", "content-range",
    "content-type", "if-match",        "if-none-match",       "range",       "user-agent",
    "x-ms-version", "x-ms-blob-type",  "x-github-api-version"};

bool is_harmless(std::string_view header) {
  return std::find(kHarmless.begin(), kHarmless.end(), base::lower(header)) != kHarmless.end();
}

}  // namespace

bool is_redirect(const Exchange& exchange) {
  const int status = exchange.response.status;
  const bool redirecting = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  return redirecting && !exchange.location.empty();
}

HttpRequest redirected(HttpRequest request, int status, const std::string& location) {
  if (!same_origin(request.url, location)) {
    std::erase_if(request.headers, [](const auto& header) { return !is_harmless(header.first); });
  }
  if (status == 303 && request.method != "HEAD") {
    request.method = "GET";
    request.body.clear();
    std::erase_if(request.headers,
                  [](const auto& header) { return base::lower(header.first).starts_with("content-"); });
  }
  request.url = location;
  return request;
}

}  // namespace ci::platform
