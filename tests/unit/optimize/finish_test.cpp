// The action's post step and the history store: docs/HISTORY.md, "When the store is down".
#include "optimize/finish.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "history_store/spool.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kStore = "s3://bucket/ci";

// A job whose main step was killed; its record waits for a bucket, as that step left it.
class FinishTest : public test::TreeTest {
 protected:
  FinishTest() {
    fakes_.environment.variables = {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
    history::Record record;
    record.id = "1b4e28ba-2fa1-4d2b-883f-0016d3cca427";
    record.job = "test";
    record.status = history::JobStatus::running;
    record.started_at = fakes_.clock.now();
    state_.end = JobEnd::unknown;
    state_.history = kStore;
    state_.spool = root() + "/spool";
    state_.record_path = write("record.json", history::to_json(record).pretty());
    EXPECT_TRUE(history_store::Spool(state_.spool, kStore).add(history::to_json(record)));
  }
  void finish_with(int status) {
    fakes_.http.otherwise = [status](const platform::HttpRequest& asked) -> base::Result<platform::HttpResponse> {
      if (status != 200) return platform::HttpResponse{status, {}, ""};
      const bool reads = asked.method == "GET" && asked.url.find('?') == std::string::npos;
      return platform::HttpResponse{reads ? 404 : 200, {}, reads ? "" : "<ListBucketResult/>"};
    };
    finish(fakes_.seams(), state_, JobEnd::cancelled, {});
  }
  // The text of the one record that waits; "" = none.
  std::string waiting() {
    for (const auto& entry : fs::recursive_directory_iterator(state_.spool)) {
      if (entry.is_regular_file()) return platform::read_file(entry.path()).value();
    }
    return "";
  }

  test::FakePlatform fakes_;
  JobState state_;
};

TEST_F(FinishTest, ARecordThatTheStoreTakesNowWaitsNoMore) {
  finish_with(200);
  EXPECT_THAT(fakes_.log.warnings, IsEmpty());
  EXPECT_THAT(waiting(), IsEmpty());
}

TEST_F(FinishTest, WhileTheStoreIsDownTheRecordWaitsAsItIsNowAndTheLogSaysWhere) {
  finish_with(403);
  EXPECT_THAT(fakes_.log.warnings, Contains(HasSubstr("cannot complete the record")));
  EXPECT_THAT(fakes_.log.infos, Contains(HasSubstr("history import FILE --history s3://bucket/ci")));
  EXPECT_THAT(waiting(), HasSubstr("\"cancelled\""));
}

}  // namespace
}  // namespace ci::optimize
