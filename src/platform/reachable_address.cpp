#include "platform/reachable_address.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <chrono>

#include "platform/curl_request.hpp"
#include "platform/system_error.hpp"

namespace ci::platform {
namespace {

base::Error failure(CURL* easy, CURLcode code) {
  long number = 0;
  ::curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
  if (code == CURLE_OPERATION_TIMEDOUT) return {base::ErrorKind::timeout, "no connection in time", {}};
  if (code == CURLE_COULDNT_CONNECT && number != 0)
    return {base::ErrorKind::unavailable, std::generic_category().message(static_cast<int>(number)), {}};
  return {base::ErrorKind::unavailable, ::curl_easy_strerror(code), {}};
}

}  // namespace

base::Result<std::string> reachable_address(const std::string& host, int port, base::Duration limit) {
  const CurlEasy easy(::curl_easy_init());
  if (!easy) return base::fail(base::ErrorKind::unavailable, "the network library cannot be started");
  const bool is_ipv6 = host.find(':') != std::string::npos;
  const auto url = fmt::format(fmt::runtime(is_ipv6 ? "http://[{}]:{}/" : "http://{}:{}/"), host, port);
  const auto milliseconds = std::max<long>(1, static_cast<long>(limit / std::chrono::milliseconds(1)));
  ::curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
  ::curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  ::curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
  ::curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, milliseconds);
  if (const auto code = ::curl_easy_perform(easy.get()); code != CURLE_OK) return base::fail(failure(easy.get(), code));
  char* address = nullptr;
  ::curl_easy_getinfo(easy.get(), CURLINFO_PRIMARY_IP, &address);
  if (address == nullptr || *address == '\0') return base::fail(base::ErrorKind::unavailable, "it has no address");
  return std::string(address);
}

}  // namespace ci::platform
