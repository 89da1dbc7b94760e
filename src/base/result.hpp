#pragma once
// Expected failures as values.
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace ci::base {

// What a failure means to the caller; the command line maps each kind to an exit code (docs/MANUAL.md, "Exit codes").
enum class ErrorKind {
  usage,        // the command line is wrong
  data,         // a configuration or input file is wrong
  environment,  // required packages or tools are not there
  unavailable,  // a required service does not answer or refuses
  permission,   // root, sudo or a token scope is missing
  io,           // a local file cannot be read or written
  timeout,      // a deadline or a throughput limit was passed
  cancelled,    // SIGINT, SIGTERM or SIGHUP arrived
  bug,          // a promise of our own code was broken
};

struct Error {
  ErrorKind kind = ErrorKind::bug;
  std::string message;  // what failed: why
  std::string hint;     // what to do; empty when there is nothing to say

  // Returns this error with `context` in front of its message: each layer adds only what it knows.
  [[nodiscard]] Error within(std::string_view context) const {
    return {kind, std::string(context) + ": " + message, hint};
  }
};

// A value or an Error. One alias, so that std::expected can take its place.
template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(message), std::move(hint)});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace ci::base
