#pragma once
// One request and its answer through libcurl, without redirects and retries.
#include <string>

#include "platform/cancellation.hpp"
#include "platform/clock.hpp"
#include "platform/curl_request.hpp"

namespace ci::platform {

// Keeps its connection between exchanges, for redirects and retries. Not for several threads.
class CurlTransfer {
 public:
  CurlTransfer(const Clock& clock, const Cancellation& cancellation, std::string user_agent);

  // Sends `request` and returns its answer, whatever the status. `authorities` are needed for https only; `end` is when
  // this try must be over. The error's message says only what went wrong, not the URL.
  tl::expected<Exchange, TransferFailure> exchange(const HttpRequest& request,
                                                   const base::Result<CertificateAuthorities>& authorities,
                                                   Monotonic end);

 private:
  tl::expected<CURLcode, TransferFailure> perform(CurlRequest& running, OnCancellation on_cancellation);

  const Clock& clock_;
  const Cancellation& cancellation_;
  std::string user_agent_;
  CurlMulti multi_;
  CurlEasy easy_;
};

}  // namespace ci::platform
