#pragma once
// The little that we must know of URLs; libcurl parses the rest.
#include <string>
#include <string_view>

namespace ci::platform {

// Returns `url` without user, password, query and fragment: what may be shown.
std::string shown_url(std::string_view url);

// Whether both URLs name the same scheme, host and port, so that credentials for one may go to the other.
bool same_origin(std::string_view a, std::string_view b);

// Returns `text` with every byte but letters, digits and "-._~" as %XX (RFC 3986, 2.3).
std::string percent_encoded(std::string_view text);

}  // namespace ci::platform
