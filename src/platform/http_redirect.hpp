#pragma once
// Where a redirecting answer leads.
#include "platform/curl_request.hpp"

namespace ci::platform {

inline constexpr int kMostRedirects = 5;

// Whether the answer asks to look elsewhere, and says where (RFC 9110, 15.4).
bool is_redirect(const Exchange& exchange);

// Returns the request that follows a redirect with `status` to `location`. 303 means "look there" (RFC 9110, 15.4.4);
// the others ask for the same request again, as GitHub does for repositories that moved. Credentials go to the same
// origin only: to another one go only headers that are known to hold none, since a key may have any name.
HttpRequest redirected(HttpRequest request, int status, const std::string& location);

}  // namespace ci::platform
