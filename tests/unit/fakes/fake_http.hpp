#pragma once
// An HTTP client without a network: it records each request and answers from a queue.
#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "platform/http_transfers.hpp"

namespace ci::test {

// May be used from several threads; what the test sets and reads, it does while no other thread sends.
class FakeHttp final : public platform::Http {
 public:
  // Adds the answer to one request, in the order of requests.
  void answer(int status, std::string body = {}, std::map<std::string, std::string> headers = {}) {
    answers_.emplace_back(platform::HttpResponse{status, std::move(headers), std::move(body)});
  }
  void refuse(base::Error error) { answers_.emplace_back(base::fail(std::move(error))); }

  // Once more for each request that finds no answer queued. It stands for the whole of send(): FakeHttp never retries.
  std::function<base::Result<platform::HttpResponse>(const platform::HttpRequest&)> otherwise;

  base::Result<platform::HttpResponse> send(const platform::HttpRequest& request) override {
    const std::lock_guard lock(mutex_);
    requests.push_back(request);
    if (!answers_.empty()) {
      auto next = std::move(answers_.front());
      answers_.pop_front();
      return next;
    }
    if (otherwise) return otherwise(request);
    return base::fail(base::ErrorKind::unavailable, "no scripted answer for " + request.method + ' ' + request.url);
  }
  std::unique_ptr<platform::HttpTransfers> transfers() override;

  std::vector<platform::HttpRequest> requests;  // of transfers too, with their bodies

 private:
  std::mutex mutex_;
  std::deque<base::Result<platform::HttpResponse>> answers_;
};

// Requests at once, whose answers come from FakeHttp: all that were started end in the next wait().
class FakeTransfers final : public platform::HttpTransfers {
 public:
  explicit FakeTransfers(FakeHttp& http) : http_(http) {}

  void start(int id, const platform::HttpRequest& request, std::string_view body, platform::Receive receive) override {
    platform::HttpRequest sent = request;
    sent.body = body;
    running_[id] = {http_.send(sent), std::move(receive)};
  }
  void resume(int) override {}
  void stop(int id) override { running_.erase(id); }

  std::vector<platform::EndedTransfer> wait(int, short, base::Duration) override {
    std::vector<platform::EndedTransfer> ended;
    for (auto entry = running_.begin(); entry != running_.end();) {
      auto& [answer, receive] = entry->second;
      const auto flow = deliver(answer, receive);
      if (flow == platform::Flow::stop) answer = base::fail(base::ErrorKind::unavailable, "stopped");
      if (flow != platform::Flow::later) ended.push_back({entry->first, std::move(answer)});
      entry = flow != platform::Flow::later ? running_.erase(entry) : std::next(entry);
    }
    return ended;
  }

 private:
  struct Running {
    base::Result<platform::HttpResponse> answer;
    platform::Receive receive;
  };

  // Hands out the body in pieces.
  static platform::Flow deliver(base::Result<platform::HttpResponse>& answer, const platform::Receive& receive) {
    constexpr std::size_t kPiece = 1000;
    if (!answer || !receive || answer->status < 200 || answer->status > 299) return platform::Flow::taken;
    while (!answer->body.empty()) {
      const auto flow = receive(*answer, std::string_view(answer->body).substr(0, kPiece));
      if (flow != platform::Flow::taken) return flow;
      answer->body.erase(0, kPiece);
    }
    return platform::Flow::taken;
  }

  FakeHttp& http_;
  std::map<int, Running> running_;
};

inline std::unique_ptr<platform::HttpTransfers> FakeHttp::transfers() {
  return std::make_unique<FakeTransfers>(*this);
}

}  // namespace ci::test
