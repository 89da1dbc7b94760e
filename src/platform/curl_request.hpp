#pragma once
// One request on a libcurl handle, whoever drives it, and what came of it.
#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

#include "platform/ca_bundle.hpp"
#include "platform/clock.hpp"
#include "platform/http.hpp"
#include "platform/http_transfers.hpp"

namespace ci::platform {

// CURL and CURLM are both void, so each kind of handle names its own end.
template <auto kFree>
struct CurlFree {
  void operator()(auto* handle) const { kFree(handle); }
};
using CurlMulti = std::unique_ptr<CURLM, CurlFree<::curl_multi_cleanup>>;
using CurlEasy = std::unique_ptr<CURL, CurlFree<::curl_easy_cleanup>>;
using CurlHeaders = std::unique_ptr<curl_slist, CurlFree<::curl_slist_free_all>>;

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

// What to tell libcurl besides the request.
struct CurlSettings {
  std::string_view user_agent;
  const base::Result<CertificateAuthorities>& authorities;  // needed for https only
  base::Duration left;                                      // of this try's time
  enum class Bulk { no, yes } bulk = Bulk::no;              // yes: large buffers, and a connection for each request
};

class CurlRequest {
 public:
  // `request` and `body` must outlive this object, the handle `easy` too. Until prepare() nothing has happened.
  CurlRequest(CURL* easy, const HttpRequest& request, std::string_view body, Receive receive);
  CurlRequest(const CurlRequest&) = delete;
  CurlRequest& operator=(const CurlRequest&) = delete;

  // Sets every option of the handle, so that it can be performed.
  tl::expected<void, TransferFailure> prepare(const CurlSettings& settings);

  // The failure of a request that moved no byte for its stall limit; to be asked again and again. Time that was spent
  // waiting for resume() does not count.
  std::optional<TransferFailure> stalled(Monotonic now);

  // After `receive` put bytes off: they may come again.
  void resume();

  // What came of it, once libcurl has ended it with `code`.
  tl::expected<Exchange, TransferFailure> outcome(CURLcode code);

 private:
  static std::size_t take_body(const char* data, std::size_t, std::size_t size, void* self);
  static std::size_t take_header(const char* data, std::size_t, std::size_t size, void* self);
  void set_body_options();
  [[nodiscard]] TransferFailure failure(CURLcode code) const;
  template <class Value>
  Value info(CURLINFO what) const;

  CURL* easy_;
  const HttpRequest& request_;
  std::string_view body_;
  Receive receive_;
  CurlHeaders headers_;
  HttpResponse response_;
  bool too_long_ = false;
  bool paused_ = false;
  curl_off_t moved_ = 0;
  std::optional<Monotonic> moved_at_;
  std::array<char, CURL_ERROR_SIZE> reason_{};
};

}  // namespace ci::platform
