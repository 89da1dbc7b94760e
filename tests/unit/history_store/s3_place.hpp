#pragma once
// A folder of a bucket for one test's `s3:` history store, in a service that is started once.
#include <memory>
#include <string>
#include <utility>

#include "base/ids.hpp"
#include "fakes/fake_cancellation.hpp"
#include "fakes/fake_environment.hpp"
#include "fakes/fake_process_runner.hpp"
#include "fakes/recording_log.hpp"
#include "history_store/conformance.hpp"
#include "history_store/locator.hpp"
#include "platform/curl_http.hpp"
#include "platform/system_clock.hpp"
#include "servers/s3_server.hpp"

namespace ci::test {

// A store with seams of its own, since connections cannot be shared with a forked process. Requests are signed with the
// real time.
class OwnS3HistoryStore final : public history_store::HistoryStore {
 public:
  OwnS3HistoryStore(const S3Server& server, const std::string& folder) {
    environment_.variables = server.environment;
    store_ = std::move(*history_store::open_history_store(
        "s3://" + server.bucket + "/" + folder, {clock_, environment_, processes_, http_, log_, cancellation_},
        std::chrono::seconds(60)));  // a test may have the machine to share
  }
  [[nodiscard]] std::string name() const override { return store_->name(); }
  base::Result<void> put(const base::Json& document) override { return store_->put(document); }
  base::Result<std::vector<history_store::Row>> rows(const history_store::Selection& selection) override {
    return store_->rows(selection);
  }
  base::Result<base::Json> document(const std::string& id) override { return store_->document(id); }
  base::Result<std::size_t> prune(base::TimePoint now, history::Retention retention) override {
    return store_->prune(now, retention);
  }
  base::Result<std::vector<history_store::Day>> days(const history_store::Selection& selection) override {
    return store_->days(selection);
  }

 private:
  FakeEnvironment environment_;
  FakeCancellation cancellation_;
  FakeProcessRunner processes_;
  RecordingLog log_;
  platform::SystemClock clock_{cancellation_};
  platform::CurlHttp http_{environment_, clock_, cancellation_, "ci-optimizer/test"};
  std::unique_ptr<history_store::HistoryStore> store_;
};

class S3HistoryPlace final : public HistoryPlace {
 public:
  static S3Server& server() {
    static S3Server started;
    return started;
  }

  std::unique_ptr<history_store::HistoryStore> store() override {
    return std::make_unique<OwnS3HistoryStore>(server(), folder);
  }
  bool make_read_only() override {
    FakeEnvironment environment;
    FakeCancellation cancellation;
    platform::SystemClock clock{cancellation};
    platform::CurlHttp http{environment, clock, cancellation, "ci-optimizer/test"};
    platform::HttpRequest request;
    request.method = "POST";
    request.url = server().url + "/_test/read-only/" + folder;
    const auto answer = http.send(request);
    return answer && answer->status == 204;
  }

  const std::string folder = "history-" + base::random_hex(8);
};

}  // namespace ci::test
