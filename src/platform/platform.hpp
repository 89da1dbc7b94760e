#pragma once
// The seams, built once in main and passed by reference.
#include "platform/cancellation.hpp"
#include "platform/clock.hpp"
#include "platform/environment.hpp"
#include "platform/http.hpp"
#include "platform/log.hpp"
#include "platform/process.hpp"

namespace ci::platform {

struct Platform {
  Clock& clock;
  const Environment& environment;
  ProcessRunner& processes;
  Http& http;
  Log& log;
  const Cancellation& cancellation;
};

}  // namespace ci::platform
