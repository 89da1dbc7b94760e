#include "platform/curl_transfer.hpp"

namespace ci::platform {
namespace {

using base::ErrorKind;

constexpr int kTick = 100;  // milliseconds between looks at the stall limit

tl::unexpected<TransferFailure> final_failure(ErrorKind kind, std::string message) {
  return tl::unexpected(TransferFailure{base::Error{kind, std::move(message), {}}, TransferFailure::Retry::never});
}

}  // namespace

CurlTransfer::CurlTransfer(const Clock& clock, const Cancellation& cancellation, std::string user_agent)
    : clock_(clock),
      cancellation_(cancellation),
      user_agent_(std::move(user_agent)),
      multi_(::curl_multi_init()),
      easy_(::curl_easy_init()) {}

tl::expected<Exchange, TransferFailure> CurlTransfer::exchange(const HttpRequest& request,
                                                               const base::Result<CertificateAuthorities>& authorities,
                                                               Monotonic end) {
  CurlRequest running(easy_.get(), request, request.body, {});
  if (auto ready = running.prepare({user_agent_, authorities, end - clock_.monotonic()}); !ready) {
    return tl::unexpected(std::move(ready.error()));
  }
  const auto code = perform(running, request.on_cancellation);
  if (!code) return tl::unexpected(code.error());
  return running.outcome(*code);
}

tl::expected<CURLcode, TransferFailure> CurlTransfer::perform(CurlRequest& running, OnCancellation on_cancellation) {
  ::curl_multi_add_handle(multi_.get(), easy_.get());
  const struct Removal {
    CURLM* multi;
    CURL* easy;
    ~Removal() { ::curl_multi_remove_handle(multi, easy); }
  } removal{multi_.get(), easy_.get()};

  const bool stoppable = on_cancellation == OnCancellation::stop;
  for (int count = 1; count != 0;) {
    if (::curl_multi_perform(multi_.get(), &count) != CURLM_OK) {
      return final_failure(ErrorKind::unavailable, "the HTTP library failed");
    }
    if (count == 0) break;
    if (stoppable && cancellation_.signal() != 0) return final_failure(ErrorKind::cancelled, "cancelled");
    if (auto stalled = running.stalled(clock_.monotonic())) return tl::unexpected(std::move(*stalled));
    curl_waitfd cancelled{cancellation_.descriptor(), CURL_WAIT_POLLIN, 0};
    ::curl_multi_poll(multi_.get(), &cancelled, stoppable && cancelled.fd >= 0 ? 1 : 0, kTick, nullptr);
  }
  int queued = 0;
  const CURLMsg* message = ::curl_multi_info_read(multi_.get(), &queued);
  return message != nullptr ? message->data.result : CURLE_FAILED_INIT;
}

}  // namespace ci::platform
