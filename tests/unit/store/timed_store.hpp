#pragma once
// A store whose server goes by the test's time: transfers happen in real time, and with each request the server is told
// what time it is.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "platform/clock.hpp"
#include "platform/http.hpp"
#include "store/store.hpp"

namespace ci::test {

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

class TimedStore final : public store::Store {
 public:
  // `make` makes the store that is wrapped, over the given HTTP client.
  TimedStore(platform::Http& http, const platform::Clock& clock,
             const std::function<std::unique_ptr<store::Store>(platform::Http&)>& make)
      : http_(http, clock), store_(make(http_)) {}
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
  const std::unique_ptr<store::Store> store_;
};

}  // namespace ci::test
