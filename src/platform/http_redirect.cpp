#include "platform/http_redirect.hpp"

#include "base/text.hpp"
#include "platform/url.hpp"

namespace ci::platform {

bool is_redirect(const Exchange& exchange) {
  const int status = exchange.response.status;
  const bool redirecting = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  return redirecting && !exchange.location.empty();
}

HttpRequest redirected(HttpRequest request, int status, const std::string& location) {
  const auto drop = [&](std::string_view name) {
    std::erase_if(request.headers, [&](const auto& header) { return base::lower(header.first) == name; });
  };
  if (!same_origin(request.url, location)) {
    drop("authorization");
    drop("cookie");
  }
  if (status == 303 && request.method != "HEAD") {
    request.method = "GET";
    request.body.clear();
    drop("content-type");
  }
  request.url = location;
  return request;
}

}  // namespace ci::platform
