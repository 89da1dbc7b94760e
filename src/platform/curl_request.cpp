#include "platform/curl_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace ci::platform {
namespace {

using base::ErrorKind;
using std::chrono::milliseconds;

constexpr long kBulkReceive = 512L << 10;
constexpr long kBulkSend = 1L << 20;

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

CurlRequest::CurlRequest(CURL* easy, const HttpRequest& request, std::string_view body, Receive receive)
    : easy_(easy), request_(request), body_(body), receive_(std::move(receive)) {}

std::size_t CurlRequest::take_body(const char* data, std::size_t, std::size_t size, void* self) {
  auto& request = *static_cast<CurlRequest*>(self);
  HttpResponse& response = request.response_;
  if (response.status == 0) response.status = static_cast<int>(request.info<long>(CURLINFO_RESPONSE_CODE));
  if (request.receive_ && response.status >= 200 && response.status <= 299) {
    const Flow flow = request.receive_(response, {data, size});
    request.paused_ = flow == Flow::later;
    if (request.paused_) return CURL_WRITEFUNC_PAUSE;
    return flow == Flow::taken ? size : 0;
  }
  request.too_long_ = response.body.size() + size > request.request_.max_body;
  if (request.too_long_) return 0;
  response.body.append(data, size);
  return size;
}

std::size_t CurlRequest::take_header(const char* data, std::size_t, std::size_t size, void* self) {
  auto& headers = static_cast<CurlRequest*>(self)->response_.headers;
  const std::string_view line(data, size);
  if (line.substr(0, 5) == "HTTP/") headers.clear();  // an interim answer (1xx) came before
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) headers[base::lower(line.substr(0, colon))] = base::trim(line.substr(colon + 1));
  return size;
}

tl::expected<void, TransferFailure> CurlRequest::prepare(const CurlSettings& settings) {
  using Retry = TransferFailure::Retry;
  if (settings.left <= base::Duration::zero()) {
    return tl::unexpected(failed(ErrorKind::timeout, "no answer in time", Retry::if_idempotent));
  }
  const bool secure = base::lower(request_.url.substr(0, 6)) == "https:";
  if (secure && !settings.authorities)
    return tl::unexpected(TransferFailure{settings.authorities.error(), Retry::never});

  const auto add = [&](const std::string& line) {
    headers_.reset(::curl_slist_append(headers_.release(), line.c_str()));
  };
  for (const auto& [name, value] : request_.headers) {
    add(value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value));
  }
  add("Expect:");
  if (!has_header(request_, "content-type")) add("Content-Type:");

  ::curl_easy_reset(easy_);
  const auto set = [this](CURLoption option, auto value) { ::curl_easy_setopt(easy_, option, value); };
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_USERAGENT, std::string(settings.user_agent).c_str());
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // a proxy learns none of them
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, in_milliseconds(std::min(request_.connect_timeout, settings.left)));
  set(CURLOPT_TIMEOUT_MS, in_milliseconds(settings.left));
  set(CURLOPT_ERRORBUFFER, reason_.data());
  set(CURLOPT_WRITEFUNCTION, &CurlRequest::take_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_HEADERFUNCTION, &CurlRequest::take_header);
  set(CURLOPT_HEADERDATA, this);
  if (settings.bulk == CurlSettings::Bulk::yes) {
    set(CURLOPT_BUFFERSIZE, kBulkReceive);
    set(CURLOPT_UPLOAD_BUFFERSIZE, kBulkSend);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  }
  set_body_options();
  if (secure) {
    const auto& [file, folder] = *settings.authorities;
    for (const auto option : {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO}) {
      set(option, file.empty() ? nullptr : file.c_str());
    }
    for (const auto option : {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH}) {
      set(option, folder.empty() ? nullptr : folder.c_str());
    }
  }
  return {};
}

void CurlRequest::set_body_options() {
  if (request_.method == "HEAD") {
    ::curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
    return;
  }
  const std::string& method = request_.method;
  if (!body_.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    ::curl_easy_setopt(easy_, CURLOPT_POST, 1L);
    ::curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    ::curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body_.empty() ? "" : body_.data());
  }
  ::curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
}

std::optional<TransferFailure> CurlRequest::stalled(Monotonic now) {
  const curl_off_t moved = info<curl_off_t>(CURLINFO_SIZE_DOWNLOAD_T) + info<curl_off_t>(CURLINFO_SIZE_UPLOAD_T) +
                           info<long>(CURLINFO_HEADER_SIZE) + info<long>(CURLINFO_REQUEST_SIZE);
  // Until the request begins, the connect time-out watches.
  if (!moved_at_ || moved != moved_ || moved == 0 || paused_) moved_at_ = now;
  moved_ = moved;
  if (now - *moved_at_ < request_.stall_timeout) return std::nullopt;
  return failed(ErrorKind::timeout, fmt::format("stalled: no byte for {:.1f} s", base::seconds(request_.stall_timeout)),
                TransferFailure::Retry::if_idempotent);
}

void CurlRequest::resume() {
  if (!paused_) return;
  paused_ = false;
  ::curl_easy_pause(easy_, CURLPAUSE_CONT);
}

tl::expected<Exchange, TransferFailure> CurlRequest::outcome(CURLcode code) {
  if (code != CURLE_OK) return tl::unexpected(failure(code));
  response_.status = static_cast<int>(info<long>(CURLINFO_RESPONSE_CODE));
  const char* location = info<const char*>(CURLINFO_REDIRECT_URL);
  return Exchange{std::move(response_), location != nullptr ? location : ""};
}

TransferFailure CurlRequest::failure(CURLcode code) const {
  using Retry = TransferFailure::Retry;
  if (too_long_) {
    return failed(ErrorKind::unavailable, fmt::format("the answer is longer than {} bytes", request_.max_body),
                  Retry::never);
  }
  std::string reason = reason_.front() != '\0' ? reason_.data() : ::curl_easy_strerror(code);
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
Value CurlRequest::info(CURLINFO what) const {
  Value value{};
  ::curl_easy_getinfo(easy_, what, &value);
  return value;
}

}  // namespace ci::platform
