#include "platform/curl_transfers.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "platform/http_redirect.hpp"

namespace ci::platform {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTick{100};  // between looks at the stall limits

}  // namespace

struct CurlTransfers::Running {
  int id = 0;
  HttpRequest request;
  std::string_view body;
  Receive receive;
  Monotonic end;
  int redirects = 0;
  CurlEasy easy;
  std::unique_ptr<CurlRequest> exchange;
};

CurlTransfers::CurlTransfers(const Clock& clock, std::string user_agent,
                             base::Result<CertificateAuthorities> authorities)
    : clock_(clock),
      user_agent_(std::move(user_agent)),
      authorities_(std::move(authorities)),
      multi_(::curl_multi_init()) {}

CurlTransfers::~CurlTransfers() {
  while (!running_.empty()) stop(running_.begin()->first);
}

void CurlTransfers::start(int id, const HttpRequest& request, std::string_view body, Receive receive) {
  auto running = std::make_unique<Running>();
  running->id = id;
  running->request = request;
  running->body = body;
  running->receive = std::move(receive);
  running->end = clock_.monotonic() + request.total_timeout;
  running->easy.reset(::curl_easy_init());
  Running& added = *(running_[id] = std::move(running));
  begin(added);
}

void CurlTransfers::begin(Running& running) {
  running.exchange = std::make_unique<CurlRequest>(running.easy.get(), running.request, running.body, running.receive);
  const CurlSettings settings{user_agent_, authorities_, running.end - clock_.monotonic(), CurlSettings::Bulk::yes};
  if (auto ready = running.exchange->prepare(settings); !ready) return end(running.id, base::fail(ready.error().error));
  ::curl_easy_setopt(running.easy.get(), CURLOPT_PRIVATE, static_cast<void*>(&running));
  ::curl_multi_add_handle(multi_.get(), running.easy.get());
}

void CurlTransfers::resume(int id) {
  if (const auto found = running_.find(id); found != running_.end()) found->second->exchange->resume();
}

void CurlTransfers::stop(int id) {
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  ::curl_multi_remove_handle(multi_.get(), found->second->easy.get());
  running_.erase(found);
}

void CurlTransfers::end(int id, base::Result<HttpResponse> answer) {
  stop(id);
  ended_.push_back({id, std::move(answer)});
}

void CurlTransfers::collect() {
  int queued = 0;
  while (const CURLMsg* message = ::curl_multi_info_read(multi_.get(), &queued)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* found = nullptr;
    ::curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &found);
    Running& running = *static_cast<Running*>(found);
    auto exchange = running.exchange->outcome(message->data.result);
    if (!exchange) {
      end(running.id, base::fail(std::move(exchange.error().error)));
    } else if (!is_redirect(*exchange)) {
      end(running.id, std::move(exchange->response));
    } else if (++running.redirects > kMostRedirects) {
      end(running.id, base::fail(base::ErrorKind::unavailable, fmt::format("more than {} redirects", kMostRedirects)));
    } else {
      ::curl_multi_remove_handle(multi_.get(), running.easy.get());
      running.request = redirected(std::move(running.request), exchange->response.status, exchange->location);
      begin(running);
    }
  }
}

std::vector<EndedTransfer> CurlTransfers::wait(int descriptor, short events, base::Duration limit) {
  int count = 0;
  ::curl_multi_perform(multi_.get(), &count);
  collect();
  if (ended_.empty()) {
    curl_waitfd extra{descriptor, 0, 0};
    if ((events & POLLIN) != 0) extra.events |= CURL_WAIT_POLLIN;
    if ((events & POLLOUT) != 0) extra.events |= CURL_WAIT_POLLOUT;
    const auto pause = std::clamp(std::chrono::ceil<milliseconds>(limit), milliseconds(0), kTick);
    ::curl_multi_poll(multi_.get(), &extra, descriptor >= 0 ? 1 : 0, static_cast<int>(pause.count()), nullptr);
    ::curl_multi_perform(multi_.get(), &count);
    collect();
  }
  const auto now = clock_.monotonic();
  std::vector<std::pair<int, base::Error>> stalled;
  for (const auto& [id, running] : running_) {
    if (auto failure = running->exchange->stalled(now)) stalled.emplace_back(id, std::move(failure->error));
  }
  for (auto& [id, error] : stalled) end(id, base::fail(std::move(error)));
  return std::exchange(ended_, {});
}

}  // namespace ci::platform
