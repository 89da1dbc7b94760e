// What every history store promises.
#include "history_store/conformance.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <set>

#include "platform/filesystem.hpp"

namespace ci::test {
namespace {

using base::Json;
using history_store::Selection;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Runs `work` in `count` processes at the same time. Returns how many of them said that all went well.
template <class Work>
int in_processes(int count, Work work) {
  std::vector<pid_t> children;
  for (int number = 0; number < count; ++number) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work(number) ? 0 : 1);
    children.push_back(child);
  }
  int fine = 0;
  for (const pid_t child : children) {
    int status = 0;
    if (::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) ++fine;
  }
  return fine;
}

TEST_P(HistoryStoreConformance, IsEmptyAtFirst) {
  EXPECT_THAT(rows(), IsEmpty());
  const auto none = store_->document("nothing");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, base::ErrorKind::data);
  EXPECT_EQ(store_->prune(noon(), {}).value(), 0U);
  EXPECT_THAT(store_->days({}).value(), IsEmpty());
}

TEST_P(HistoryStoreConformance, GivesBackTheDocumentAndItsRow) {
  const auto document = Sample{.matrix = Json::object().set("python", "3.12").set("os", "ubuntu")}.document();
  expect_put(document);
  const auto kept = rows();
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept[0], history_store::row_of(document).value());
  EXPECT_EQ(kept[0].matrix, R"({"os":"ubuntu","python":"3.12"})");
  EXPECT_EQ(store_->document(kept[0].id).value(), document);
}

TEST_P(HistoryStoreConformance, AnotherStoreOverTheSamePlaceSeesWhatWasPut) {
  EXPECT_THAT(place_->store()->rows({}).value(), IsEmpty());
  const auto other = place_->store();
  expect_put(Sample{}.document());
  EXPECT_THAT(other->rows({}).value(), SizeIs(1));
  expect_put(Sample{.run_id = "2"}.document());
  EXPECT_THAT(other->rows({}).value(), SizeIs(2));
}

TEST_P(HistoryStoreConformance, ListsTheNewestFirst) {
  expect_put(Sample{.run_id = "2", .started_at = noon(2)}.document());
  expect_put(Sample{.run_id = "3", .started_at = noon(1)}.document());
  expect_put(Sample{.run_id = "1", .started_at = noon(40)}.document());
  EXPECT_THAT(run_ids(), ElementsAre("3", "2", "1"));
  EXPECT_THAT(run_ids({.limit = 2}), ElementsAre("3", "2"));
}

TEST_P(HistoryStoreConformance, SelectsByEveryPart) {
  const auto matrix = Json::object().set("os", "ubuntu");
  expect_put(Sample{.run_id = "1", .started_at = noon(3)}.document());
  expect_put(Sample{.run_id = "2", .started_at = noon(2), .status = "failure", .branch = "next"}.document());
  expect_put(Sample{.run_id = "3", .started_at = noon(1), .attempt = 2, .job = "build", .matrix = matrix}.document());
  const auto with = [&](auto change) {
    Selection selection;
    change(selection);
    return run_ids(selection);
  };
  EXPECT_THAT(with([](auto& s) { s.repository = "o/r"; }), ElementsAre("3", "2", "1"));
  EXPECT_THAT(with([](auto& s) { s.repository = "o/other"; }), IsEmpty());
  EXPECT_THAT(with([](auto& s) { s.workflow = "CI"; }), IsEmpty());
  EXPECT_THAT(with([](auto& s) { s.job = "test"; }), ElementsAre("2", "1"));
  EXPECT_THAT(with([](auto& s) { s.matrix = ""; }), ElementsAre("2", "1"));
  EXPECT_THAT(with([](auto& s) { s.matrix = R"({"os":"ubuntu"})"; }), ElementsAre("3"));
  EXPECT_THAT(with([](auto& s) { s.run_id = "2"; }), ElementsAre("2"));
  EXPECT_THAT(with([](auto& s) { s.run_attempt = 1; }), ElementsAre("2", "1"));
  EXPECT_THAT(with([](auto& s) { s.branch = "next"; }), ElementsAre("2"));
  EXPECT_THAT(with([](auto& s) { s.commit_sha = "c0ffee"; }), SizeIs(3));
  EXPECT_THAT(with([](auto& s) { s.os = "Windows"; }), IsEmpty());
  EXPECT_THAT(with([](auto& s) { s.architecture = "X64"; }), SizeIs(3));
  EXPECT_THAT(with([](auto& s) { s.image = "ubuntu24"; }), SizeIs(3));
  EXPECT_THAT(with([](auto& s) { s.image_version = "1"; }), IsEmpty());
  EXPECT_THAT(with([](auto& s) { s.tier = "network"; }), IsEmpty());
  EXPECT_THAT(with([](auto& s) { s.caches = "apt=exact"; }), SizeIs(3));
  EXPECT_THAT(with([](auto& s) { s.statuses = {history::JobStatus::success}; }), ElementsAre("3", "1"));
  EXPECT_THAT(with([](auto& s) {
                s.statuses = {history::JobStatus::success, history::JobStatus::failure};
              }),
              SizeIs(3));
  EXPECT_THAT(with([](auto& s) { s.since = noon(2); }), ElementsAre("3", "2"));
  EXPECT_THAT(with([](auto& s) { s.until = noon(2); }), ElementsAre("1"));
  const auto id = rows()[1].id;
  EXPECT_THAT(with([&](auto& s) { s.id_prefix = id.substr(0, 20); }), ElementsAre("2"));
}

TEST_P(HistoryStoreConformance, TheLaterRecordOfTheSameRunReplacesTheEarlier) {
  Sample sample{.status = "running"};
  expect_put(sample.document());
  EXPECT_EQ(rows().at(0).status, history::JobStatus::running);
  sample.status = "success";
  expect_put(sample.document());
  EXPECT_EQ(rows().at(0).status, history::JobStatus::success);

  const auto earlier_id = sample.id;
  sample.id = base::random_uuid();  // the job kept another record, after midnight
  sample.started_at = noon(-1);
  expect_put(sample.document());
  ASSERT_THAT(rows(), SizeIs(1));
  EXPECT_EQ(rows()[0].id, sample.id);
  EXPECT_FALSE(store_->document(earlier_id));
}

TEST_P(HistoryStoreConformance, AttemptsMatrixValuesAndJobsAreRunsOfTheirOwn) {
  expect_put(Sample{}.document());
  expect_put(Sample{.attempt = 2}.document());
  expect_put(Sample{.job = "build"}.document());
  expect_put(Sample{.matrix = Json::object().set("os", "ubuntu")}.document());
  EXPECT_THAT(rows(), SizeIs(4));
}

TEST_P(HistoryStoreConformance, TwoStepsOfAJobAreTwoRunsAndTwoSeries) {
  for (const char* run_id : {"1", "2"}) {
    for (const char* step : {"", "__o_ci-optimizer", "__o_ci-optimizer_2"})
      expect_put(Sample{.run_id = run_id, .started_at = noon(40), .step = step}.document());
  }
  expect_put(Sample{.run_id = "2", .started_at = noon(40), .step = "__o_ci-optimizer_2"}.document());  // again
  const auto kept = rows();
  EXPECT_THAT(kept, SizeIs(6));
  for (const auto& row : kept) {
    EXPECT_TRUE(store_->document(row.id)) << row.step;
    EXPECT_THAT(rows(history_store::runs_of(series_of(row))), SizeIs(2)) << row.step;
  }
  Selection selection;
  selection.step = "";
  EXPECT_THAT(rows(selection), SizeIs(2));
  for (const char* step : {"", "__o_ci-optimizer", "__o_ci-optimizer_2"})
    expect_put(Sample{.run_id = "now", .step = step}.document());
  EXPECT_EQ(store_->prune(noon(), {30, 1}).value(), 6U);
  const auto days = store_->days({}).value();
  ASSERT_THAT(days, SizeIs(3));
  for (const auto& day : days) EXPECT_EQ(day.runs, 2U) << day.series.step;
  selection.step = "__o_ci-optimizer";
  EXPECT_THAT(store_->days(selection).value(), SizeIs(1));
}

TEST_P(HistoryStoreConformance, OutsideCiEveryRecordIsARunOfItsOwn) {
  expect_put(Sample{.run_id = ""}.document());
  expect_put(Sample{.run_id = ""}.document());
  EXPECT_THAT(rows(), SizeIs(2));
}

TEST_P(HistoryStoreConformance, RefusesWhatIsNoRecord) {
  for (const auto& document : {Json(), Json::array(), Sample{}.document().set("id", "../../etc/passwd"),
                               Sample{}.document().set("id", ""), Sample{}.document().set("status", "great"),
                               Sample{}.document().set("started_at", "yesterday"), Sample{}.document().set("job", 3)}) {
    const auto put = store_->put(document);
    ASSERT_FALSE(put) << document.compact();
    EXPECT_EQ(put.error().kind, base::ErrorKind::data);
  }
  EXPECT_THAT(rows(), IsEmpty());
}

TEST_P(HistoryStoreConformance, KeepsHostileTextsAsTheyAre) {
  const std::string hostile = "'; DROP TABLE records; -- \"x\" %s \\ $(id) `id` \n\t\x01 \xF0\x9F\x92\xA5 <b> | 100%_";
  auto document = Sample{.job = hostile, .matrix = Json::object().set(hostile, hostile), .branch = hostile}.document();
  document.set("repository", "../" + hostile).set("commit_sha", "--upload-pack=touch x");
  expect_put(document);
  expect_put(Sample{.run_id = "2", .branch = "100x_"}.document());
  Selection selection;
  selection.branch = hostile;
  ASSERT_THAT(rows(selection), SizeIs(1));
  EXPECT_EQ(rows(selection)[0].job, hostile);
  EXPECT_EQ(rows(selection)[0].matrix, history_store::canonical_matrix({{hostile, hostile}}));
  EXPECT_EQ(store_->document(rows(selection)[0].id).value(), document);
  selection.branch = "' OR 1=1 --";
  EXPECT_THAT(rows(selection), IsEmpty());
}

TEST_P(HistoryStoreConformance, OneIdIsNeverTakenByAnotherRun) {
  const Sample first{};
  expect_put(first.document());
  Sample second{.run_id = "2"};
  second.id = first.id;
  EXPECT_FALSE(store_->put(second.document()));
  EXPECT_THAT(run_ids(), ElementsAre("1"));
}

TEST_P(HistoryStoreConformance, SixteenWritersLoseNothing) {
  constexpr int kWriters = 16;
  constexpr int kRecords = 2;
  const int fine = in_processes(kWriters, [&](int writer) {
    const auto store = place_->store();
    for (int i = 0; i < kRecords; ++i) {
      if (!store->put(Sample{.run_id = fmt::format("{}.{}", writer, i)}.document())) return false;
    }
    return true;
  });
  EXPECT_EQ(fine, kWriters);
  const auto ids = run_ids();
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), std::size_t{kWriters * kRecords});
  for (const auto& row : rows()) EXPECT_TRUE(store_->document(row.id)) << row.run_id;
}

TEST_P(HistoryStoreConformance, OfSixteenWritersOfOneRunOneRecordRemains) {
  EXPECT_EQ(in_processes(16, [&](int) { return bool(place_->store()->put(Sample{}.document())); }), 16);
  EXPECT_THAT(rows(), SizeIs(1));
}

TEST_P(HistoryStoreConformance, AKilledWriterLeavesWholeRecordsAndAStoreThatWorks) {
  const auto scratch = platform::TemporaryFolder::make(testing::TempDir(), "killed-").value();
  std::set<std::string> said;
  for (int round = 0; round < 6; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::setenv("TMPDIR", scratch.path().c_str(), 1);  // for what it cannot remove
      const auto store = place_->store();
      for (int i = 0;; ++i) {
        const auto run_id = fmt::format("{}.{}", round, i);
        if (!store->put(Sample{.run_id = run_id}.document())) ::_exit(1);
        if (::write(pipe[1], (run_id + "\n").c_str(), run_id.size() + 1) < 0) ::_exit(1);
      }
    }
    ::close(pipe[1]);
    ::usleep(static_cast<useconds_t>(15'000 + round * 7'000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    std::string text(1 << 20, '\0');
    std::size_t size = 0;
    for (ssize_t got = 0; (got = ::read(pipe[0], text.data() + size, text.size() - size)) > 0;)
      size += static_cast<std::size_t>(got);
    ::close(pipe[0]);
    for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) < size; begin = end + 1)
      said.insert(text.substr(begin, end - begin));
  }
  expect_put(Sample{.run_id = "after"}.document());
  std::set<std::string> kept;
  for (const auto& row : rows()) {
    kept.insert(row.run_id);
    EXPECT_TRUE(store_->document(row.id)) << row.run_id;
  }
  EXPECT_TRUE(kept.contains("after"));
  for (const auto& run_id : said) EXPECT_TRUE(kept.contains(run_id)) << run_id;
}

TEST_P(HistoryStoreConformance, WhatCannotBeWrittenCanStillBeRead) {
  expect_put(Sample{}.document());
  if (!place_->make_read_only()) GTEST_SKIP() << "this place cannot be made read-only here";
  // In a child without root's rights, to whom nothing is read-only.
  const int fine = in_processes(1, [&](int) {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return false;
    const auto store = place_->store();
    const auto put = store->put(Sample{.run_id = "2"}.document());
    const auto rows = store->rows({});
    return !put && put.error().kind == base::ErrorKind::permission && rows && rows->size() == 1;
  });
  EXPECT_EQ(fine, 1);
}

TEST_P(HistoryStoreConformance, PruneKeepsThirtyDaysOrFiftyRunsWhicheverIsMore) {
  std::vector<Json> documents;
  for (int day = 0; day < 60; ++day) {
    documents.push_back(Sample{.run_id = fmt::format("often{}", day), .started_at = noon(day)}.document());
    documents.push_back(
        Sample{.run_id = fmt::format("twice{}", day), .started_at = noon(day), .job = "twice"}.document());
    documents.push_back(
        Sample{.run_id = fmt::format("again{}", day), .started_at = noon(day) + std::chrono::minutes(1), .job = "twice"}
            .document());
  }
  documents.push_back(Sample{.run_id = "rare", .started_at = noon(300), .job = "rare"}.document());
  const auto put = store_->put_all(documents);
  ASSERT_TRUE(put) << put.error().message;
  EXPECT_EQ(history_store::count_prunable(*store_, noon(), {30, 50}).value(), 10U + 2 * 29);
  EXPECT_THAT(rows(), SizeIs(181));
  EXPECT_EQ(store_->prune(noon(), {30, 50}).value(), 10U + 2 * 29);
  Selection selection;
  selection.job = "test";
  EXPECT_THAT(rows(selection), SizeIs(50)) << "runs";
  selection.job = "twice";
  EXPECT_THAT(rows(selection), SizeIs(62)) << "days";
  selection.job = "rare";
  EXPECT_THAT(rows(selection), SizeIs(1));
  EXPECT_EQ(store_->prune(noon(), {30, 50}).value(), 0U);
}

TEST_P(HistoryStoreConformance, PrunedDaysAreRolledUp) {
  for (int i = 1; i <= 5; ++i) {
    expect_put(Sample{.run_id = std::to_string(i),
                      .started_at = noon(40) + std::chrono::minutes(i),
                      .seconds = static_cast<double>(i * 10)}
                   .document());
  }
  expect_put(Sample{.run_id = "bad", .started_at = noon(40), .seconds = 999, .status = "failure"}.document());
  expect_put(Sample{.run_id = "re-run", .started_at = noon(40), .seconds = 999, .attempt = 2}.document());
  expect_put(Sample{.run_id = "now"}.document());
  EXPECT_EQ(store_->prune(noon(), {30, 1}).value(), 7U);
  EXPECT_THAT(run_ids(), ElementsAre("now"));
  const auto days = place_->store()->days({}).value();
  ASSERT_THAT(days, SizeIs(1));
  EXPECT_EQ(days[0].date, "2026-10-12");
  EXPECT_EQ(days[0].series, (history_store::Series{"o/r", "ci", "test", ""}));
  EXPECT_EQ(days[0].runs, 7U);
  EXPECT_EQ(days[0].successes, 6U);
  EXPECT_EQ(days[0].metrics.at("seconds"), (history_store::Quantiles{5, 30, 48, "seconds"}));
  EXPECT_EQ(days[0].metrics.at("package_installation_time").p50, 15);

  expect_put(Sample{.run_id = "late", .started_at = noon(40), .seconds = 30}.document());  // from a spool
  EXPECT_EQ(store_->prune(noon(), {30, 1}).value(), 1U);
  ASSERT_THAT(store_->days({}).value(), SizeIs(1));
  EXPECT_EQ(store_->days({}).value()[0].metrics.at("seconds").n, 6U);
  Selection selection;
  selection.job = "other";
  EXPECT_THAT(store_->days(selection).value(), IsEmpty());
}

}  // namespace
}  // namespace ci::test
