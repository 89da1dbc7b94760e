#include "platform/curl_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace ci::platform {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;

constexpr milliseconds kTick{100};  // between looks at the stall limit

bool has_header(const HttpRequest& request, std::string_view lower_name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& header) { return base::lower(header.first) == lower_name; });
}

long in_milliseconds(base::Duration duration) {
  return static_cast<long>(std::max<std::int64_t>(1, std::chrono::ceil<milliseconds>(duration).count()));
}

TransferFailure failed(ErrorKind kind, std::string message, TransferFailure::Retry retry) {
  return {base::Error{kind, std::move(message), {}}, retry};
}

}  // namespace

// What libcurl's callbacks fill.
struct CurlTransfer::Receiver {
  HttpResponse response;
  std::size_t max_body = 0;
  bool too_long = false;
  std::array<char, CURL_ERROR_SIZE> reason{};

  static std::size_t take_body(const char* data, std::size_t, std::size_t size, void* self) {
    auto& receiver = *static_cast<Receiver*>(self);
    receiver.too_long = receiver.response.body.size() + size > receiver.max_body;
    if (receiver.too_long) return 0;
    receiver.response.body.append(data, size);
    return size;
  }

  static std::size_t take_header(const char* data, std::size_t, std::size_t size, void* self) {
    auto& headers = static_cast<Receiver*>(self)->response.headers;
    const std::string_view line(data, size);
    if (line.substr(0, 5) == "HTTP/") headers.clear();  // an interim answer (1xx) came before
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) {
      headers[base::lower(line.substr(0, colon))] = base::trim(line.substr(colon + 1));
    }
    return size;
  }
};

CurlTransfer::CurlTransfer(const Clock& clock, const Cancellation& cancellation, std::string user_agent)
    : clock_(clock),
      cancellation_(cancellation),
      user_agent_(std::move(user_agent)),
      multi_(::curl_multi_init()),
      easy_(::curl_easy_init()) {}

tl::expected<Exchange, TransferFailure> CurlTransfer::exchange(const HttpRequest& request,
                                                               const base::Result<CertificateAuthorities>& authorities,
                                                               Monotonic end) {
  using Retry = TransferFailure::Retry;
  const auto left = end - clock_.monotonic();
  if (left <= base::Duration::zero()) {
    return tl::unexpected(failed(ErrorKind::timeout, "no answer in time", Retry::if_idempotent));
  }
  const bool secure = base::lower(request.url.substr(0, 6)) == "https:";
  if (secure && !authorities) return tl::unexpected(TransferFailure{authorities.error(), Retry::never});

  HeaderList headers;
  const auto add = [&](const std::string& line) {
    headers.reset(::curl_slist_append(headers.release(), line.c_str()));
  };
  for (const auto& [name, value] : request.headers) {
    add(value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value));
  }
  add("Expect:");
  if (!has_header(request, "content-type")) add("Content-Type:");

  Receiver receiver;
  receiver.max_body = request.max_body;
  set_options(request, headers.get(), receiver, left);
  if (secure) {
    const auto& [file, folder] = *authorities;
    for (const auto option : {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO}) {
      ::curl_easy_setopt(easy_.get(), option, file.empty() ? nullptr : file.c_str());
    }
    for (const auto option : {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH}) {
      ::curl_easy_setopt(easy_.get(), option, folder.empty() ? nullptr : folder.c_str());
    }
  }
  if (auto done = perform(request, receiver); !done) return tl::unexpected(std::move(done.error()));
  receiver.response.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
  const char* location = info<const char*>(CURLINFO_REDIRECT_URL);
  return Exchange{std::move(receiver.response), location != nullptr ? location : ""};
}

void CurlTransfer::set_options(const HttpRequest& request, curl_slist* headers, Receiver& receiver,
                               base::Duration left) {
  CURL* const easy = easy_.get();
  ::curl_easy_reset(easy);
  ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  ::curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  ::curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent_.c_str());
  ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  ::curl_easy_setopt(easy, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // a proxy learns none of them
  ::curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  ::curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, in_milliseconds(std::min(request.connect_timeout, left)));
  ::curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, in_milliseconds(left));
  ::curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, receiver.reason.data());
  ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Receiver::take_body);
  ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, &receiver);
  ::curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Receiver::take_header);
  ::curl_easy_setopt(easy, CURLOPT_HEADERDATA, &receiver);
  if (request.method == "HEAD") {
    ::curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool carries_body =
      !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (carries_body) {
    ::curl_easy_setopt(easy, CURLOPT_POST, 1L);
    ::curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    ::curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  ::curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

tl::expected<void, TransferFailure> CurlTransfer::perform(const HttpRequest& request, const Receiver& receiver) {
  ::curl_multi_add_handle(multi_.get(), easy_.get());
  const struct Removal {
    CURLM* multi;
    CURL* easy;
    ~Removal() { ::curl_multi_remove_handle(multi, easy); }
  } removal{multi_.get(), easy_.get()};

  const bool stoppable = request.on_cancellation == OnCancellation::stop;
  curl_off_t moved = 0;
  Monotonic moved_at = clock_.monotonic();
  for (int running = 1; running != 0;) {
    if (::curl_multi_perform(multi_.get(), &running) != CURLM_OK) {
      return tl::unexpected(failed(ErrorKind::unavailable, "the HTTP library failed", TransferFailure::Retry::never));
    }
    if (running == 0) break;
    if (stoppable && cancellation_.signal() != 0) {
      return tl::unexpected(failed(ErrorKind::cancelled, "cancelled", TransferFailure::Retry::never));
    }
    const curl_off_t moved_now = info<curl_off_t>(CURLINFO_SIZE_DOWNLOAD_T) + info<curl_off_t>(CURLINFO_SIZE_UPLOAD_T) +
                                 info<long>(CURLINFO_HEADER_SIZE) + info<long>(CURLINFO_REQUEST_SIZE);
    // Until the request begins, the connect time-out watches.
    if (moved_now != moved || moved_now == 0) moved_at = clock_.monotonic();
    moved = moved_now;
    if (clock_.monotonic() - moved_at >= request.stall_timeout) {
      return tl::unexpected(failed(ErrorKind::timeout,
                                   fmt::format("stalled: no byte for {:.1f} s", base::seconds(request.stall_timeout)),
                                   TransferFailure::Retry::if_idempotent));
    }
    curl_waitfd cancelled{cancellation_.descriptor(), CURL_WAIT_POLLIN, 0};
    ::curl_multi_poll(multi_.get(), &cancelled, stoppable && cancelled.fd >= 0 ? 1 : 0, static_cast<int>(kTick.count()),
                      nullptr);
  }
  int queued = 0;
  const CURLMsg* message = ::curl_multi_info_read(multi_.get(), &queued);
  const CURLcode code = message != nullptr ? message->data.result : CURLE_FAILED_INIT;
  if (code != CURLE_OK) return tl::unexpected(failure(code, receiver, request.max_body));
  return {};
}

TransferFailure CurlTransfer::failure(CURLcode code, const Receiver& receiver, std::size_t max_body) const {
  using Retry = TransferFailure::Retry;
  if (receiver.too_long) {
    return failed(ErrorKind::unavailable, fmt::format("the answer is longer than {} bytes", max_body), Retry::never);
  }
  std::string reason = receiver.reason.front() != '\0' ? receiver.reason.data() : ::curl_easy_strerror(code);
  const Retry sent = info<long>(CURLINFO_REQUEST_SIZE) == 0 ? Retry::safe : Retry::if_idempotent;
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return failed(ErrorKind::timeout, std::move(reason), sent);
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
      return failed(ErrorKind::unavailable, std::move(reason), sent);
    default:
      return failed(ErrorKind::unavailable, std::move(reason), Retry::never);
  }
}

template <class Value>
Value CurlTransfer::info(CURLINFO what) const {
  Value value{};
  ::curl_easy_getinfo(easy_.get(), what, &value);
  return value;
}

}  // namespace ci::platform
