#pragma once
// Many requests to one bucket at once.
#include <memory>
#include <vector>

#include "platform/http_transfers.hpp"
#include "s3/client.hpp"

namespace ci::s3 {

// Keeps its connections for later calls. For one thread at a time.
class ParallelCalls {
 public:
  // So many run at once.
  static constexpr std::size_t kAtOnce = 16;

  // `client` must outlive this object.
  explicit ParallelCalls(Client& client);

  // Sends `calls`, to be over at `end`, and returns their answers in the same order, whatever their status. What was
  // lost, or refused for the moment, is sent again as Client::send() does, until one of them fails for good.
  std::vector<base::Result<platform::HttpResponse>> send(const std::vector<Call>& calls, platform::Monotonic end);

 private:
  using Answers = std::vector<base::Result<platform::HttpResponse>>;

  // Sends each once. Returns which of them may be sent again.
  std::vector<std::size_t> send_once(const std::vector<Call>& calls, platform::Monotonic end, Answers& answers);

  Client& client_;
  std::unique_ptr<platform::HttpTransfers> transfers_;
};

}  // namespace ci::s3
