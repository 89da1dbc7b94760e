#pragma once
// A bucket for one test's `s3:` store.
#include <memory>
#include <utility>

#include "conformance.hpp"
#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "platform/curl_http.hpp"
#include "platform/system_clock.hpp"
#include "s3_server.hpp"
#include "store/locator.hpp"
#include "store/s3_object_name.hpp"
#include "store/s3_signer.hpp"

namespace ci::test {

// Tells the service the test's time with every request; requests are signed with the real one.
class TimeTellingHttp final : public platform::Http {
 public:
  TimeTellingHttp(platform::Http& http, const platform::Clock& clock) : http_(http), clock_(clock) {}
  base::Result<platform::HttpResponse> send(const platform::HttpRequest& request) override {
    platform::HttpRequest told = request;
    told.headers.emplace_back("x-test-now", base::to_rfc3339(clock_.now()));
    return http_.send(told);
  }
  std::unique_ptr<platform::HttpTransfers> transfers() override { return http_.transfers(); }

 private:
  platform::Http& http_;
  const platform::Clock& clock_;
};

class S3Place final : public StorePlace {
 public:
  S3Place() { environment.variables = server.environment; }

  std::unique_ptr<store::Store> store(const platform::Platform& platform) override {
    return std::make_unique<TimedStore>(*this, platform);
  }
  void cut_short(const store::Entry& entry) override {
    platform::HttpRequest request;
    request.method = "POST";
    request.url = server.url + "/_test/cut-short/" +
                  store::uri_encode(store::s3_object_name("ci/", entry.key), store::Slash::encode);
    http.send(request);
  }

  S3Server server;
  FakeEnvironment environment;

 private:
  class TimedStore final : public store::Store {
   public:
    TimedStore(S3Place& place, const platform::Platform& platform)
        : http_(place.http, platform.clock),
          store_(std::move(*store::open_store(
              "s3://" + place.server.bucket + "/ci", {},
              {place.clock_, place.environment, place.processes_, http_, place.log_, place.cancellation_}))) {}
    base::Result<std::optional<store::Entry>> find(const std::string& key,
                                                   const std::vector<std::string>& prefixes) override {
      return store_->find(key, prefixes);
    }
    base::Result<std::vector<store::Entry>> list(const std::string& prefix) override { return store_->list(prefix); }
    base::Result<std::unique_ptr<store::Download>> open(const store::Entry& entry) override {
      return store_->open(entry);
    }
    tl::expected<std::unique_ptr<store::Upload>, store::NotSaved> create(const std::string& key) override {
      return store_->create(key);
    }
    base::Result<void> remove(const store::Entry& entry) override { return store_->remove(entry); }

   private:
    TimeTellingHttp http_;
    std::unique_ptr<store::Store> store_;
  };

  FakeCancellation cancellation_;
  FakeProcessRunner processes_;
  RecordingLog log_;
  platform::SystemClock clock_{cancellation_};

 public:
  platform::CurlHttp http{environment, clock_, cancellation_, "ci-optimizer/test"};
};

}  // namespace ci::test
