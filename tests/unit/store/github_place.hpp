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
#include "timed_store.hpp"

namespace ci::test {

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
    return std::make_unique<TimedStore>(http, platform.clock, [this](platform::Http& through) {
      return std::make_unique<store::GithubStore>(store::read_github_access(environment),
                                                  store::read_github_rest_access(environment), store::own_version(),
                                                  store::TimeBudget{}, seams(through));
    });
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
  FakeProcessRunner processes_;
};

inline std::unique_ptr<StorePlace> make_github_place(store::GithubProtocol protocol) {
  if (!CacheServer::possible()) return nullptr;
  return std::make_unique<GithubPlace>(protocol);
}

}  // namespace ci::test
