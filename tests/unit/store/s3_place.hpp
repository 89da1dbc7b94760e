#pragma once
// A bucket for one test's `s3:` store; requests are signed with the real time.
#include <memory>
#include <utility>

#include "conformance.hpp"
#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "platform/curl_http.hpp"
#include "platform/system_clock.hpp"
#include "s3/signer.hpp"
#include "servers/s3_server.hpp"
#include "store/locator.hpp"
#include "store/s3_object_name.hpp"
#include "timed_store.hpp"

namespace ci::test {

class S3Place final : public StorePlace {
 public:
  S3Place() { environment.variables = server.environment; }

  std::unique_ptr<store::Store> store(const platform::Platform& platform) override {
    return std::make_unique<TimedStore>(http, platform.clock, [this](platform::Http& through) {
      return std::move(*store::open_store("s3://" + server.bucket + "/ci", {},
                                          {clock_, environment, processes_, through, log_, cancellation_}));
    });
  }
  void cut_short(const store::Entry& entry) override {
    platform::HttpRequest request;
    request.method = "POST";
    request.url =
        server.url + "/_test/cut-short/" + s3::uri_encode(store::s3_object_name("ci/", entry.key), s3::Slash::encode);
    http.send(request);
  }

  S3Server server;
  FakeEnvironment environment;

 private:
  FakeCancellation cancellation_;
  FakeProcessRunner processes_;
  RecordingLog log_;
  platform::SystemClock clock_{cancellation_};

 public:
  platform::CurlHttp http{environment, clock_, cancellation_, "ci-optimizer/test"};
};

}  // namespace ci::test
