#pragma once
// GitHub's REST API on the HTTP seam (docs.github.com/rest: "Best practices", "Rate limits").
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "github/context.hpp"
#include "platform/clock.hpp"
#include "platform/http.hpp"

namespace ci::github {

// Why GitHub did not do what was asked.
struct Refusal {
  enum class Kind {
    read_only_token,  // the token may not write here: a fork, Dependabot, or a missing permission
    rate_limit,       // the token's requests of this hour are used up
    secondary_limit,  // too much at once
    wrong_app,        // a personal token, or an App that does not own the check run
    bad_token,        // not a token, or one that has expired
    not_found,        // no such thing, or not for this token's eyes
    invalid,          // GitHub found the request wrong
    forbidden,        // a 403 of another sort
    unavailable,      // no answer, or one of a broken server
    cancelled,        // the run was asked to stop
  };
  Kind kind = Kind::unavailable;
  int status = 0;       // HTTP's, 0 without an answer
  std::string message;  // the request, and why; never the token
};

// How long a task may hold its job up.
struct Patience {
  base::Duration waits = std::chrono::seconds(60);   // of all waits for rate limits and between tries
  base::Duration total = std::chrono::seconds(120);  // of everything
  platform::OnCancellation on_cancellation = platform::OnCancellation::stop;
};

// Returns what an answer that is no success means. The four 403s are told apart by their words and headers.
Refusal::Kind classify(const platform::HttpResponse& response);

// Returns how long to wait before asking again: until the limit ends (Retry-After, else x-ratelimit-reset, else 60 s
// and twice as long each time), a second or more after a server's failure. Nothing when asking again is of no use.
std::optional<base::Duration> wait_before_retry(const platform::HttpResponse& response, int tried, base::TimePoint now);

class Client {
 public:
  Client(platform::Http& http, platform::Clock& clock, const Context& context)
      : http_(http), clock_(clock), api_url_(context.api_url), token_(context.token) {}

  // Sends `body` to `path` ("/repos/o/r/check-runs") and returns the answer's document. Changes are sent one second or
  // more after one another. Only rate limits, connection failures and 5xx are tried again, while `patience` lasts; what
  // was used of it is taken off.
  tl::expected<base::Json, Refusal> change(std::string_view method, std::string_view path, const base::Json& body,
                                           Patience& patience);

  // Returns the document at `path`, asked for in the same way, but without a pause and not
  // again where no answer came.
  tl::expected<base::Json, Refusal> look(std::string_view path, Patience& patience);

 private:
  tl::expected<base::Json, Refusal> exchange(platform::HttpRequest request, std::string_view path, Patience& patience);
  void keep_apart();

  platform::Http& http_;
  platform::Clock& clock_;
  std::string api_url_;
  std::string token_;
  std::optional<platform::Monotonic> last_change_;
};

}  // namespace ci::github
