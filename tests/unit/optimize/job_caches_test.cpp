#include "optimize/job_caches.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "cache/tree.hpp"
#include "fakes/fake_platform.hpp"
#include "history_store/file_history_store.hpp"
#include "optimize/cache_place.hpp"
#include "store/locator.hpp"

namespace ci::optimize {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class JobCachesTest : public test::TreeTest {
 protected:
  JobCachesTest() {
    std::filesystem::create_directory(root() + "/ws");
    fakes_.environment.variables = {{"GITHUB_WORKSPACE", root() + "/ws"}, {"HOME", root()}};
    request_.caches_store = "file:" + root() + "/store";
    add("web", "out");
    write("ws/a.lock", "1");
  }
  void add(const std::string& name, const std::string& path) {
    auto& spec = request_.caches.emplace_back();
    spec.name = name;
    spec.paths = {path};
    spec.key_files = {"*.lock"};
  }
  // Runs a job whose steps take `duration` and do `steps`; returns what became of its first cache.
  history::CacheOutcome job(JobEnd end, base::Duration duration, const std::function<void()>& steps) {
    const auto seams = fakes_.seams();
    state_ = restore_caches(seams, request_, earlier_);
    fakes_.clock.advance(duration);
    steps();
    save_caches(seams, state_, end, earlier_);
    return state_.caches.front().outcome;
  }
  history::CacheOutcome job(
      base::Duration duration, const std::function<void()>& steps = [] {}) {
    return job(JobEnd::success, duration, steps);
  }
  std::size_t entries() {
    const auto seams = fakes_.seams();
    return (*store::open_store(request_.caches_store, {}, seams))->list("")->size();
  }
  void forget() { std::filesystem::remove_all(root() + "/ws/out"); }

  test::FakePlatform fakes_;
  Request request_;
  EarlierJobs earlier_;
  JobState state_;
};

TEST_F(JobCachesTest, AColdJobSavesAndAWarmOneTellsWhatItSaved) {
  const auto cold = job(100s, [&] { write("ws/out/x"); });
  EXPECT_EQ(cold.outcome, "miss");
  EXPECT_GT(cold.bytes, 0);
  EXPECT_FALSE(cold.seconds_saved);
  forget();
  const auto warm = job(30s);
  EXPECT_EQ(warm.outcome, "exact");
  EXPECT_NEAR(warm.seconds_saved.value(), 70, 0.001);
  EXPECT_EQ(warm.reason, "");
  EXPECT_NEAR(job(130s).seconds_saved.value(), -30, 0.001);
}

TEST_F(JobCachesTest, SeveralHitsShareWhatTheJobSaved) {
  add("more", "other");
  job(100s, [&] {
    write("ws/out/x");
    write("ws/other/x");
  });
  EXPECT_NEAR(job(40s).seconds_saved.value(), 30, 0.001);
}

TEST_F(JobCachesTest, APrefixHitIsSavedOnlyWhenSomethingHasChanged) {
  job(1s, [&] { write("ws/out/x"); });
  write("ws/a.lock", "2");
  EXPECT_EQ(job(1s).reason, "a.lock changed; not saved: nothing has changed since the restore");
  EXPECT_EQ(entries(), 1U);
  EXPECT_EQ(job(1s, [&] { write("ws/out/y"); }).reason, "a.lock changed");
  EXPECT_EQ(entries(), 2U);
}

TEST_F(JobCachesTest, ColdTimesOutliveAPrefixHit) {
  job(100s, [&] { write("ws/out/x"); });
  write("ws/a.lock", "2");
  job(10s, [&] { write("ws/out/y"); });
  EXPECT_NEAR(job(20s).seconds_saved.value(), 80, 0.001);
}

TEST_F(JobCachesTest, AfterAJobThatDidNotSucceedOnlyThoseAreSavedThatAskForIt) {
  const auto steps = [&] { write("ws/out/x"); };
  EXPECT_THAT(job(JobEnd::failure, 1s, steps).reason, HasSubstr("not saved: the job failed"));
  forget();
  EXPECT_THAT(job(JobEnd::cancelled, 1s, steps).reason, HasSubstr("not saved: the job was cancelled"));
  forget();
  EXPECT_THAT(job(JobEnd::unknown, 1s, steps).reason, HasSubstr("nobody tells whether the job succeeded"));
  EXPECT_EQ(entries(), 0U);
  forget();
  request_.caches.front().save = cache::SaveWhen::always;
  job(JobEnd::failure, 1s, steps);
  EXPECT_EQ(entries(), 1U);
  forget();
  EXPECT_FALSE(job(1s).seconds_saved) << "how long a job takes that fails says nothing";
}

TEST_F(JobCachesTest, WhereCachesAreOnlyReadNothingIsSaved) {
  request_.caches_may_save = false;
  EXPECT_THAT(job(1s, [&] { write("ws/out/x"); }).reason, HasSubstr("only restored here"));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(JobCachesTest, WithoutAStoreTheyAreSkippedWithAWarning) {
  request_.caches_store.clear();
  const auto skipped = job(1s, [&] { write("ws/out/x"); });
  EXPECT_EQ(skipped.outcome, "skipped");
  EXPECT_THAT(skipped.reason, HasSubstr("no cache store"));
}

TEST_F(JobCachesTest, AMissTellsEntriesThatLieUnderAnotherVersion) {
  EXPECT_THAT(job(1s, [&] { write("ws/out/x"); }).reason, HasSubstr("never saved for this branch"));
  forget();
  request_.cache_version = "2";
  const auto other_version = job(1s);
  EXPECT_EQ(other_version.outcome, "miss");
  EXPECT_THAT(other_version.reason, HasSubstr("is for another key: cache-version (none) → 2"));
  request_.cache_version = "";
  request_.caches.front().paths = {"out", "more"};
  EXPECT_THAT(job(1s).reason, HasSubstr("is for another key: paths changed: more added"));
}

TEST_F(JobCachesTest, AMissTellsThatAnEntryWasThereBefore) {
  const auto of = [](const char* day, const char* cache) {
    return fmt::format(R"({{"id":"r{}","status":"success","repository":"o/r","job":"j",)"
                       R"("started_at":"2026-11-{}T00:00:00Z","caches":[{}]}})",
                       day, day, cache);
  };
  write("records/own.json", of("21", ""));
  const auto seams = fakes_.seams();
  history_store::FileHistoryStore store(root(), fakes_.clock);
  const auto series = restore_caches(seams, request_, earlier_).caches.front().series;
  write("records/a.json",
        of("20", fmt::format(R"({{"name":"web","outcome":"exact","matched_key":"{}1"}})", series).c_str()));
  EarlierJobs earlier(&store, {"o/r", "", "j", ""});
  EXPECT_THAT(restore_caches(seams, request_, earlier).caches.front().outcome.reason,
              HasSubstr(series + "1 was there on 2026-11-20 and is not any more: it was evicted or removed"));
}

TEST_F(JobCachesTest, TheStateInAFileIsThatInMemory) {
  const auto seams = fakes_.seams();
  request_.caches.front().save = cache::SaveWhen::always;
  state_ = restore_caches(seams, request_, earlier_);
  state_.end = JobEnd::failure;
  state_.record_path = "/r.json";
  state_.history = "file:/h";
  state_.summary = false;
  state_.caches.front().cold_seconds = {1.5, 2};
  const auto file = root() + "/state.json";
  ASSERT_TRUE(write_state(file, state_));
  const auto read = read_state(file).value();
  EXPECT_EQ(read.store, state_.store);
  EXPECT_EQ(read.workspace, root() + "/ws");
  EXPECT_TRUE(read.may_save);
  EXPECT_EQ(read.end, JobEnd::failure);
  EXPECT_EQ(read.restored_at, state_.restored_at);
  EXPECT_EQ(read.record_path, "/r.json");
  EXPECT_EQ(read.history, "file:/h");
  EXPECT_FALSE(read.summary);
  ASSERT_EQ(read.caches.size(), 1U);
  const auto& cache = read.caches.front();
  EXPECT_EQ(to_json(cache.outcome), to_json(state_.caches.front().outcome));
  EXPECT_EQ(cache.paths, state_.caches.front().paths);
  EXPECT_EQ(cache.series, state_.caches.front().series);
  EXPECT_EQ(cache.parts, state_.caches.front().parts);
  EXPECT_EQ(cache.tree, state_.caches.front().tree);
  EXPECT_EQ(cache.cold_seconds, state_.caches.front().cold_seconds);
  EXPECT_EQ(cache.save, cache::SaveWhen::always);
  write("state.json", "{}");
  EXPECT_EQ(read_state(file).error().kind, base::ErrorKind::data);
}

TEST(DefaultCacheStore, IsTheServiceWhereItsTokenIsAndTheUsersFolderOffGitHub) {
  const auto of = [](std::map<std::string, std::string> variables) {
    return default_cache_store(test::FakeEnvironment(std::move(variables)));
  };
  EXPECT_EQ(of({{"GITHUB_ACTIONS", "true"}, {"ACTIONS_RUNTIME_TOKEN", "t"}, {"ACTIONS_RESULTS_URL", "u"}}), "github:");
  EXPECT_EQ(of({{"GITHUB_ACTIONS", "true"}, {"ACTIONS_RUNTIME_TOKEN", "t"}, {"ACTIONS_CACHE_URL", "u"}}), "github:");
  EXPECT_EQ(of({{"GITHUB_ACTIONS", "true"}, {"HOME", "/h"}}), "");
  EXPECT_EQ(of({{"HOME", "/h"}}), "file:/h/.cache/ci-optimizer");
  EXPECT_EQ(of({{"HOME", "/h"}, {"XDG_CACHE_HOME", "/c"}}), "file:/c/ci-optimizer");
  EXPECT_EQ(of({}), "");
}

}  // namespace
}  // namespace ci::optimize
