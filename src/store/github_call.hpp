#pragma once
// One call to the Actions cache service: JSON there and back.
#include <functional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platform/platform.hpp"
#include "store/store.hpp"

namespace ci::store {

struct GithubCall {
  std::string method = "POST";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  platform::Monotonic end;  // of all tries
  base::Duration one_try = std::chrono::seconds(20);
  // Whether an answer 404 may turn into another one in a moment.
  enum class NotFound { final, passing } not_found = NotFound::final;
};

struct GithubAnswer {
  int status = 0;
  base::Json body;  // null when there is none, or it is not JSON
};

// Sends the call and returns any answer that is a success (2xx); else what the refusal means:
// already_there 409 · denied 401, 403 · no_room 413 and what speaks of a quota · later 429 · failed all others.
tl::expected<GithubAnswer, NotSaved> call_github(const GithubCall& call, const platform::Platform& platform);

// Returns what it means that the service refused in these words (Twirp's `msg`, `message` of v1 or of an answer with
// "ok": false); `otherwise` when they say nothing that we know.
NotSavedReason reason_in_words(std::string_view words, NotSavedReason otherwise);

}  // namespace ci::store
