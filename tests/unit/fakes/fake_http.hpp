#pragma once
// An HTTP client without a network: it records each request and answers from a queue.
#include <deque>
#include <utility>

#include "platform/http.hpp"

namespace ci::test {

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
    requests.push_back(request);
    if (!answers_.empty()) {
      auto next = std::move(answers_.front());
      answers_.pop_front();
      return next;
    }
    if (otherwise) return otherwise(request);
    return base::fail(base::ErrorKind::unavailable, "no scripted answer for " + request.method + ' ' + request.url);
  }

  std::vector<platform::HttpRequest> requests;

 private:
  std::deque<base::Result<platform::HttpResponse>> answers_;
};

}  // namespace ci::test
