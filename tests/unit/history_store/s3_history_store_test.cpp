// What is particular to records in a bucket; what they have in common with others is in conformance_test.cpp.
#include "history_store/s3_history_store.hpp"

#include <gmock/gmock.h>

#include "fakes/fake_platform.hpp"
#include "history_store/s3_place.hpp"
#include "s3/location.hpp"

namespace ci::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::unique_ptr<HistoryPlace> make_s3_place() {
  if (!S3Server::possible()) return nullptr;
  return std::make_unique<S3HistoryPlace>();
}

INSTANTIATE_TEST_SUITE_P(S3, HistoryStoreConformance, testing::Values(&make_s3_place),
                         [](const auto&) { return std::string("Service"); });

TEST(S3HistoryStore, WithoutCredentialsEveryCallSaysSo) {
  FakePlatform platform;
  const auto location = s3::location_of("s3://bucket/ci", platform.environment);
  history_store::S3HistoryStore store(*location, base::fail(base::ErrorKind::permission, "no credentials"),
                                      platform.seams(), std::chrono::seconds(1));
  EXPECT_EQ(store.put(Sample{}.document()).error().message, "no credentials");
  EXPECT_EQ(store.rows({}).error().kind, base::ErrorKind::permission);
  EXPECT_EQ(store.document("id").error().kind, base::ErrorKind::permission);
  EXPECT_EQ(store.prune(noon(), {}).error().kind, base::ErrorKind::permission);
  EXPECT_EQ(store.days({}).error().kind, base::ErrorKind::permission);
  EXPECT_EQ(store.name(), "s3://bucket/ci");
}

class S3HistoryStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!S3Server::possible()) GTEST_SKIP() << "this machine lacks Node or what tests/s3 installs";
    store_ = place_.store();
  }
  void put(const Sample& sample) {
    const auto put = store_->put(sample.document());
    EXPECT_TRUE(put) << put.error().message;
  }
  std::vector<std::string> run_ids(const history_store::Selection& selection) {
    const auto rows = store_->rows(selection);
    EXPECT_TRUE(rows) << rows.error().message;
    std::vector<std::string> ids;
    for (const auto& row : rows.value_or(std::vector<history_store::Row>())) ids.push_back(row.run_id);
    return ids;
  }

  S3HistoryPlace place_;
  std::unique_ptr<history_store::HistoryStore> store_;
};

TEST_F(S3HistoryStoreTest, FillsALimitFromAsManyDaysAsItTakes) {
  for (int day = 0; day < 20; ++day) {
    put({.run_id = fmt::format("a{}", day), .started_at = noon(day)});
    put({.run_id = fmt::format("b{}", day), .started_at = noon(day), .job = "build"});
  }
  history_store::Selection selection;
  selection.job = "build";
  selection.limit = 12;
  EXPECT_THAT(run_ids(selection), SizeIs(12));
  EXPECT_EQ(run_ids(selection).front(), "b0");
  EXPECT_EQ(run_ids(selection).back(), "b11");
  selection = history_store::runs_of({"o/r", "ci", "build", ""});
  selection.until = noon(5);
  selection.since = noon(7);
  EXPECT_THAT(run_ids(selection), ElementsAre("b6", "b7"));
}

TEST_F(S3HistoryStoreTest, ReadsARecordThatIsLongerThanWhatAListReads) {
  auto document = Sample{}.document();
  document.set("log", std::string(100'000, 'x'));
  auto problems = base::Json::array();
  for (int i = 0; i < 400; ++i) {
    problems.push(base::Json::object().set("level", "failure").set("step", fmt::format("a step with number {}", i)));
  }
  document.set("problems", std::move(problems));
  ASSERT_TRUE(store_->put(document));
  const auto rows = store_->rows({});
  ASSERT_TRUE(rows);
  ASSERT_THAT(*rows, SizeIs(1));
  EXPECT_EQ((*rows)[0], history_store::row_of(document).value());
  EXPECT_EQ(store_->document((*rows)[0].id).value(), document);
}

TEST_F(S3HistoryStoreTest, RefusesARecordThatNobodyCouldReadAgain) {
  auto document = Sample{}.document();
  document.set("log", std::string(std::size_t{17} << 20, 'x'));
  const auto put = store_->put(document);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, base::ErrorKind::data);
  EXPECT_THAT(put.error().message, HasSubstr("too long"));
}

}  // namespace
}  // namespace ci::test
