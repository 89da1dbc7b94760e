// A job's record is kept whatever becomes of the history store.
#include "optimize/record_keeping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "platform/filesystem.hpp"

namespace ci::optimize {
namespace {

namespace fs = std::filesystem;
using history::JobStatus;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class RecordKeepingTest : public test::TreeTest {
 protected:
  RecordKeepingTest() { request_.history = {"file:" + folder(), folder(), root() + "/spool"}; }

  [[nodiscard]] std::string folder() const { return root() + "/store/history"; }
  // Where the store's folder would be there is a file: not even root can write below it.
  void take_the_store_down() { write("store", "no folder"); }
  void bring_it_back() { fs::remove(root() + "/store"); }

  history::Record begun(const std::string& id) {
    history::Record record;
    record.id = id;
    record.job = "test";
    record.started_at = fakes_.clock.now();
    record.status = JobStatus::running;
    return record;
  }
  history::Record run(const std::string& id) {
    const auto seams = fakes_.seams();
    RecordKeeping keeping(seams, request_);
    auto record = begun(id);
    keeping.name_files(record);
    keeping.keep(record, nullptr);
    record.status = JobStatus::success;
    record.ended_at = fakes_.clock.now();
    keeping.keep(record, nullptr);
    return record;
  }
  std::vector<history_store::Row> kept() {
    return history_store::FileHistoryStore(folder(), fakes_.clock).rows({}).value();
  }

  test::FakePlatform fakes_;
  Request request_;
};

TEST_F(RecordKeepingTest, ARecordIsThereFromTheBeginningAndReplacedAtTheEnd) {
  const auto seams = fakes_.seams();
  RecordKeeping keeping(seams, request_);
  auto record = begun("a");
  keeping.name_files(record);
  keeping.keep(record, nullptr);
  ASSERT_THAT(kept(), SizeIs(1));
  EXPECT_EQ(kept()[0].status, JobStatus::running);
  EXPECT_FALSE(fs::exists(record.report_path));
  record.status = JobStatus::success;
  record.ended_at = fakes_.clock.now();
  keeping.keep(record, nullptr);
  ASSERT_THAT(kept(), SizeIs(1));
  EXPECT_EQ(kept()[0].status, JobStatus::success);
  EXPECT_TRUE(fs::exists(record.record_path));
  EXPECT_TRUE(fs::exists(record.report_path));
}

TEST_F(RecordKeepingTest, AStoreThatIsDownIsAWarningAndItsRecordIsPutByTheNextRun) {
  take_the_store_down();
  const auto record = run("a");
  ASSERT_THAT(record.problems, SizeIs(1));
  EXPECT_EQ(record.problems[0].kind, "record-not-kept");
  EXPECT_EQ(record.problems[0].level, history::Problem::Level::warning);
  EXPECT_THAT(record.record_path, IsEmpty());

  bring_it_back();
  EXPECT_THAT(run("b").problems, IsEmpty());
  ASSERT_THAT(kept(), SizeIs(2));
  run("c");
  EXPECT_THAT(kept(), SizeIs(3));
  EXPECT_TRUE(fs::is_empty(*fs::directory_iterator(root() + "/spool"))) << "nothing waits any more";
}

TEST_F(RecordKeepingTest, WhatWaitsForOneStoreDoesNotGoIntoAnother) {
  take_the_store_down();
  run("a");
  bring_it_back();
  const auto first = *request_.history;
  request_.history->folder = root() + "/other";
  run("b");
  EXPECT_THAT(history_store::FileHistoryStore(root() + "/other", fakes_.clock).rows({}).value(), SizeIs(1));
  request_.history = first;
  run("c");
  EXPECT_THAT(kept(), SizeIs(2));
}

TEST_F(RecordKeepingTest, DamagedFilesInTheSpoolHoldUpNothing) {
  take_the_store_down();
  run("a");
  bring_it_back();
  const auto waiting = fs::directory_iterator(root() + "/spool")->path();
  ASSERT_TRUE(platform::write_file(waiting / "0.json", "{"));
  ASSERT_TRUE(platform::write_file(waiting / "zz.json", R"({"id": "../x"})"));
  run("b");
  EXPECT_THAT(kept(), SizeIs(2));
  EXPECT_TRUE(fs::is_empty(waiting));
}

// A store that is no folder; the record's files lie in the state folder.
class RecordElsewhereTest : public RecordKeepingTest {
 protected:
  RecordElsewhereTest() {
    request_.history = {"s3://bucket/ci", folder(), root() + "/spool"};
    fakes_.environment.variables = {{"AWS_ACCESS_KEY_ID", "id"}, {"AWS_SECRET_ACCESS_KEY", "secret"}};
    fakes_.http.otherwise = [this](const platform::HttpRequest& asked) { return answer(asked); };
  }

  base::Result<platform::HttpResponse> answer(const platform::HttpRequest& asked) {
    if (is_down_) return base::fail(base::ErrorKind::unavailable, "connection refused");
    if (asked.method == "GET" && asked.url.find('?') != std::string::npos)
      return platform::HttpResponse{200, {}, "<ListBucketResult/>"};
    const auto object = objects_.find(asked.url);
    if (asked.method == "GET" && object == objects_.end()) return platform::HttpResponse{404, {}, ""};
    if (asked.method == "PUT") objects_[asked.url] = asked.body;
    return platform::HttpResponse{200, {}, asked.method == "GET" ? object->second : ""};
  }
  // How many records are in the bucket, with `text` in them.
  int in_bucket(const std::string& text) {
    int count = 0;
    for (const auto& [url, body] : objects_) {
      if (url.find("/records/") != std::string::npos && body.find(text) != std::string::npos) ++count;
    }
    return count;
  }

  bool is_down_ = false;
  std::map<std::string, std::string> objects_;
};

TEST_F(RecordElsewhereTest, ARecordGoesThereAtItsEndAndItsFilesLieHere) {
  const auto seams = fakes_.seams();
  RecordKeeping keeping(seams, request_);
  auto record = begun("a");
  keeping.name_files(record);
  keeping.keep(record, nullptr);
  EXPECT_EQ(in_bucket("\"running\""), 0);
  record.status = JobStatus::success;
  record.ended_at = fakes_.clock.now();
  keeping.keep(record, nullptr);
  EXPECT_EQ(in_bucket("\"success\""), 1);
  EXPECT_THAT(record.problems, IsEmpty());
  EXPECT_TRUE(fs::exists(record.record_path));
  EXPECT_TRUE(fs::exists(record.report_path));
  EXPECT_EQ(keeping.store()->name(), "s3://bucket/ci");
}

TEST_F(RecordElsewhereTest, WhenItIsDownTheFilesLieHereAndTheNextRunPutsTheRecord) {
  is_down_ = true;
  const auto record = run("a");
  ASSERT_THAT(record.problems, SizeIs(1));
  EXPECT_EQ(record.problems[0].kind, "record-not-shared");
  EXPECT_TRUE(fs::exists(record.record_path));
  EXPECT_THAT(record.problems[0].hint, HasSubstr("waits in " + root() + "/spool"));
  EXPECT_THAT(record.problems[0].hint, HasSubstr("upload " + record.record_path));
  EXPECT_THAT(record.problems[0].hint, HasSubstr("history import FILE --history s3://bucket/ci"));
  EXPECT_THAT(fakes_.log.infos, ElementsAre(record.problems[0].hint));
  EXPECT_THAT(platform::read_file(record.record_path).value(), HasSubstr("record-not-shared"));
  EXPECT_THAT(platform::read_file(record.report_path).value(), HasSubstr("history import"));

  is_down_ = false;
  EXPECT_THAT(run("b").problems, IsEmpty());
  EXPECT_EQ(in_bucket("\"success\""), 2);
  EXPECT_TRUE(fs::is_empty(*fs::directory_iterator(root() + "/spool")));
}

TEST_F(RecordElsewhereTest, ARecordThatWaitedDoesNotComeBackOverItsOwnLaterEnd) {
  const auto seams = fakes_.seams();
  RecordKeeping keeping(seams, request_);
  auto record = begun("a");
  keeping.name_files(record);
  record.status = JobStatus::success;
  record.ended_at = fakes_.clock.now();
  is_down_ = true;
  keeping.keep(record, nullptr);
  is_down_ = false;
  record.commit_sha = "later";
  keeping.keep(record, nullptr);
  EXPECT_EQ(in_bucket("\"later\""), 1);
  EXPECT_TRUE(fs::is_empty(*fs::directory_iterator(root() + "/spool")));
}

TEST_F(RecordElsewhereTest, WhenItCannotEvenWaitThatIsTold) {
  write("spool", "no folder");
  is_down_ = true;
  const auto record = run("a");
  EXPECT_THAT(fakes_.log.warnings, testing::Contains(HasSubstr("the record cannot wait for the next run")));
  ASSERT_THAT(record.problems, SizeIs(1));
  EXPECT_THAT(record.problems[0].hint, testing::StartsWith("if this machine is thrown away, upload "));
}

TEST_F(RecordElsewhereTest, GetsTheRecordWhenItsFilesCannotBeWrittenHere) {
  take_the_store_down();
  const auto record = run("a");
  ASSERT_THAT(record.problems, SizeIs(1));
  EXPECT_THAT(record.record_path, IsEmpty());
  EXPECT_EQ(in_bucket("\"success\""), 1);
  EXPECT_FALSE(fs::exists(root() + "/spool"));
}

TEST_F(RecordKeepingTest, NothingIsKeptWhenHistoryIsOff) {
  request_.history.reset();
  const auto record = run("a");
  EXPECT_THAT(record.record_path, IsEmpty());
  EXPECT_FALSE(fs::exists(folder()));
}

}  // namespace
}  // namespace ci::optimize
