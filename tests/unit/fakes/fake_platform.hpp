#pragma once
// Every seam as a fake, put together.
#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_environment.hpp"
#include "fakes/fake_http.hpp"
#include "fakes/fake_process_runner.hpp"
#include "fakes/recording_log.hpp"
#include "platform/platform.hpp"

namespace ci::test {

struct FakePlatform {
  FakeClock clock;
  FakeEnvironment environment;
  FakeProcessRunner processes;
  FakeHttp http;
  RecordingLog log;
  FakeCancellation cancellation;

  // The seams, valid as long as this object.
  platform::Platform seams() { return {clock, environment, processes, http, log, cancellation}; }
};

}  // namespace ci::test
