#include "platform/url.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace ci::platform {
namespace {

struct Parts {
  std::string scheme;     // lower case
  std::string authority;  // host and port in lower case, without user
  std::string_view path;
};

Parts parts_of(std::string_view url) {
  Parts parts;
  if (const auto end = url.find("://"); end != std::string_view::npos) {
    parts.scheme = base::lower(url.substr(0, end));
    url.remove_prefix(end + 3);
  }
  const auto path = url.find_first_of("/?#");
  std::string_view authority = url.substr(0, path);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  parts.authority = base::lower(authority);
  if (path != std::string_view::npos) parts.path = url.substr(path, url.find_first_of("?#", path) - path);
  return parts;
}

std::string with_port(const Parts& parts) {
  const auto colon = parts.authority.rfind(':');
  const bool has_port = colon != std::string::npos && parts.authority.find(']', colon) == std::string::npos;
  if (has_port) return parts.authority;
  return parts.authority + (parts.scheme == "https" ? ":443" : ":80");
}

}  // namespace

std::string shown_url(std::string_view url) {
  const Parts parts = parts_of(url);
  return (parts.scheme.empty() ? "" : parts.scheme + "://") + parts.authority + std::string(parts.path);
}

bool same_origin(std::string_view a, std::string_view b) {
  const Parts first = parts_of(a), second = parts_of(b);
  return first.scheme == second.scheme && with_port(first) == with_port(second);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kKept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char byte : text) {
    if (kKept.find(byte) != std::string_view::npos) {
      encoded += byte;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
  }
  return encoded;
}

}  // namespace ci::platform
