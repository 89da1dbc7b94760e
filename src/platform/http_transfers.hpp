#pragma once
// The seam to many requests at once: the parts of an archive that is sent or fetched.
#include <functional>
#include <string_view>
#include <vector>

#include "platform/http.hpp"

namespace ci::platform {

// What becomes of bytes that were received.
enum class Flow {
  taken,
  later,  // none was taken: they come again after resume()
  stop,   // the request ends here, as a failure
};

// Gets the body of a successful answer (2xx) as it comes; `head` has its status and headers.
using Receive = std::function<Flow(const HttpResponse& head, std::string_view bytes)>;

struct EndedTransfer {
  int id = 0;
  base::Result<HttpResponse> answer;
};

// Requests that run at once, each on a connection of its own that later ones use again. For one thread at a time.
// `receive` is called inside wait() and resume() only, and must not call back.
class HttpTransfers {
 public:
  virtual ~HttpTransfers() = default;

  // Starts `request` under the number `id`, which no running one has. It is tried once; redirects are followed. `body`
  // is sent instead of request.body and must stay until the request has ended. Without `receive` the answer has its
  // body, up to request.max_body; with it only that of a failure (not 2xx).
  virtual void start(int id, const HttpRequest& request, std::string_view body, Receive receive) = 0;

  // Hands out again what `receive` put off, at once or later. It may be asked for and not be needed.
  virtual void resume(int id) = 0;

  // Ends a request, of which nothing is heard any more. Nothing when there is none.
  virtual void stop(int id) = 0;

  // Waits until bytes can be moved, `descriptor` (-1: none) is ready for `events` (poll(2)), or `limit` has passed, and
  // moves them. Returns the requests that have ended. An answer's error: unavailable or timeout, without the URL.
  virtual std::vector<EndedTransfer> wait(int descriptor, short events, base::Duration limit) = 0;
};

}  // namespace ci::platform
