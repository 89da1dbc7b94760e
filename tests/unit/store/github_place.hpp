#pragma once
// A cache service for one test's `github:` store.
#include <algorithm>
#include <memory>
#include <utility>

#include "cache_server.hpp"
#include "conformance.hpp"
#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "platform/curl_http.hpp"
#include "platform/system_clock.hpp"
#include "store/github_store.hpp"

namespace ci::test {

// Tells the server the test's time with every request.
class ClockedHttp final : public platform::Http {
 public:
  ClockedHttp(platform::Http& http, const platform::Clock& clock) : http_(http), clock_(clock) {}
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

// The real clock, except that nobody sleeps longer than `longest`.
class HastyClock final : public platform::Clock {
 public:
  explicit HastyClock(const platform::Cancellation& cancellation) : real_(cancellation) {}
  [[nodiscard]] base::TimePoint now() const override { return real_.now(); }
  [[nodiscard]] platform::Monotonic monotonic() const override { return real_.monotonic(); }
  void sleep(base::Duration duration) override { real_.sleep(std::min(duration, longest)); }
  base::Duration longest = std::chrono::hours(1);

 private:
  platform::SystemClock real_;
};

class GithubPlace final : public StorePlace {
 public:
  explicit GithubPlace(store::GithubProtocol protocol) {
    environment.variables = {{"ACTIONS_RUNTIME_TOKEN", server.token},
                             {"GITHUB_RUN_ID", "77"},
                             {"GITHUB_API_URL", server.url},
                             {"GITHUB_REPOSITORY", "o/r"},
                             {"GITHUB_TOKEN", server.rest_token}};
    if (protocol == store::GithubProtocol::v2) {
      environment.variables["ACTIONS_RESULTS_URL"] = server.url;
      environment.variables["ACTIONS_CACHE_SERVICE_V2"] = "True";
    } else {
      environment.variables["ACTIONS_CACHE_URL"] = server.url;
      environment.variables["GITHUB_SERVER_URL"] = "https://github.example.org";
    }
  }

  std::unique_ptr<store::Store> store(const platform::Platform& platform) override {
    return std::make_unique<ClockedStore>(*this, platform);
  }
  // A store that works with the real time.
  std::unique_ptr<store::GithubStore> real_store(const store::TimeBudget& budget = {}) {
    return std::make_unique<store::GithubStore>(store::read_github_access(environment),
                                                store::read_github_rest_access(environment), store::own_version(),
                                                budget, seams(http));
  }
  void cut_short(const store::Entry& entry) override { control(fmt::format(R"({{"cutShort":"{}"}})", entry.key)); }
  std::string control(const std::string& wish) { return server.control(http, wish); }

  platform::Platform seams(platform::Http& through) {
    return {clock, environment, processes_, through, log, cancellation};
  }

  CacheServer server;
  FakeEnvironment environment;
  FakeCancellation cancellation;
  RecordingLog log;
  HastyClock clock{cancellation};
  platform::CurlHttp http{environment, clock, cancellation, "ci-optimizer/test"};

 private:
  // Downloads and uploads happen in real time; only the server's time is the test's.
  class ClockedStore final : public store::Store {
   public:
    ClockedStore(GithubPlace& place, const platform::Platform& platform)
        : http_(place.http, platform.clock),
          store_(store::read_github_access(place.environment), store::read_github_rest_access(place.environment),
                 store::own_version(), {}, place.seams(http_)) {}
    base::Result<std::optional<store::Entry>> find(const std::string& key,
                                                   const std::vector<std::string>& prefixes) override {
      return store_.find(key, prefixes);
    }
    base::Result<std::vector<store::Entry>> list(const std::string& prefix) override { return store_.list(prefix); }
    base::Result<std::unique_ptr<store::Download>> open(const store::Entry& entry) override {
      return store_.open(entry);
    }
    tl::expected<std::unique_ptr<store::Upload>, store::NotSaved> create(const std::string& key) override {
      return store_.create(key);
    }
    base::Result<void> remove(const store::Entry& entry) override { return store_.remove(entry); }

   private:
    ClockedHttp http_;
    store::GithubStore store_;
  };

  FakeProcessRunner processes_;
};

inline std::unique_ptr<StorePlace> make_github_place(store::GithubProtocol protocol) {
  if (!CacheServer::possible()) return nullptr;
  return std::make_unique<GithubPlace>(protocol);
}

}  // namespace ci::test
