#include "s3/parallel_calls.hpp"

#include <algorithm>

#include "platform/http_retry.hpp"

namespace ci::s3 {
namespace {

using base::ErrorKind;

constexpr base::Duration kTick = std::chrono::milliseconds(100);

// A refusal may be our clock's fault, which Client::send() sets right.
bool may_end_otherwise(const base::Result<platform::HttpResponse>& answer, base::TimePoint now) {
  if (!answer) return answer.error().kind != ErrorKind::cancelled;
  return answer->status == 403 || platform::usual_wait(*answer, 1, now).has_value();
}

}  // namespace

ParallelCalls::ParallelCalls(Client& client) : client_(client), transfers_(client.platform().http.transfers()) {}

std::vector<base::Result<platform::HttpResponse>> ParallelCalls::send(const std::vector<Call>& calls,
                                                                      platform::Monotonic end) {
  Answers answers(calls.size(), base::fail(ErrorKind::timeout, "no time is left for the S3 service"));
  for (const std::size_t number : send_once(calls, end, answers)) {
    answers[number] = client_.send(calls[number], end);
    if (may_end_otherwise(answers[number], client_.platform().clock.now())) break;
  }
  return answers;
}

std::vector<std::size_t> ParallelCalls::send_once(const std::vector<Call>& calls, platform::Monotonic end,
                                                  Answers& answers) {
  const auto& platform = client_.platform();
  std::vector<std::size_t> again;
  std::size_t begun = 0;
  std::size_t ended = 0;
  while (ended < calls.size()) {
    const auto left = end - platform.clock.monotonic();
    const bool cancelled = platform.cancellation.signal() != 0;
    if (left <= base::Duration::zero() || cancelled) {
      for (std::size_t number = 0; number < begun; ++number) transfers_->stop(static_cast<int>(number));
      if (cancelled) answers.assign(calls.size(), base::fail(ErrorKind::cancelled, "cancelled"));
      return {};
    }
    for (; begun < calls.size() && begun - ended < kAtOnce; ++begun) {
      auto request = client_.request(calls[begun], calls[begun].body);
      request.total_timeout = left;
      transfers_->start(static_cast<int>(begun), request, calls[begun].body, {});
    }
    for (auto& [id, answer] : transfers_->wait(-1, 0, std::min<base::Duration>(left, kTick))) {
      const auto number = static_cast<std::size_t>(id);
      if (may_end_otherwise(answer, platform.clock.now())) again.push_back(number);
      answers[number] = std::move(answer);
      ++ended;
    }
  }
  return again;
}

}  // namespace ci::s3
