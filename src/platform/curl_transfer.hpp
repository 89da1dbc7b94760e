#pragma once
// One request and its answer through libcurl, without redirects and retries.
#include <curl/curl.h>

#include <memory>
#include <string>

#include "platform/ca_bundle.hpp"
#include "platform/cancellation.hpp"
#include "platform/clock.hpp"
#include "platform/http.hpp"

namespace ci::platform {

struct Exchange {
  HttpResponse response;
  std::string location;  // where a Location header points, as an absolute URL; "" = none
};

struct TransferFailure {
  enum class Retry {
    never,          // it would fail again
    if_idempotent,  // the server may have acted on the request
    safe,           // the request was not sent
  };
  base::Error error;
  Retry retry = Retry::never;
};

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
  // CURL and CURLM are both void, so each kind of handle names its own end.
  template <auto kFree>
  struct Free {
    void operator()(auto* handle) const { kFree(handle); }
  };
  using Multi = std::unique_ptr<CURLM, Free<::curl_multi_cleanup>>;
  using Easy = std::unique_ptr<CURL, Free<::curl_easy_cleanup>>;
  using HeaderList = std::unique_ptr<curl_slist, Free<::curl_slist_free_all>>;
  struct Receiver;

  void set_options(const HttpRequest& request, curl_slist* headers, Receiver& receiver, base::Duration left);
  tl::expected<void, TransferFailure> perform(const HttpRequest& request, const Receiver& receiver);
  [[nodiscard]] TransferFailure failure(CURLcode code, const Receiver& receiver, std::size_t max_body) const;
  template <class Value>
  Value info(CURLINFO what) const;

  const Clock& clock_;
  const Cancellation& cancellation_;
  std::string user_agent_;
  Multi multi_;
  Easy easy_;
};

}  // namespace ci::platform
