// The `postgresql:` store: what every store promises, and what a database and the way to it can go wrong with.
#include <sys/wait.h>

#include <chrono>

#include "base/text.hpp"
#include "history_store/postgres_rows.hpp"
#include "history_store/postgres_schema.hpp"
#include "history_store/postgresql/postgres_place.hpp"
#include "servers/fault_proxy.hpp"

namespace ci::test {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(Postgres, HistoryStoreConformance, testing::Values(+[]() -> std::unique_ptr<HistoryPlace> {
                           auto* server = PostgresServer::get();
                           return server != nullptr ? std::make_unique<PostgresPlace>(*server) : nullptr;
                         }));

class PostgresHistory : public testing::Test {
 protected:
  void SetUp() override {
    if (PostgresServer::get() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed here, or does not start";
    place_.emplace(*PostgresServer::get());
  }
  void put(const Sample& sample) {
    const auto put = place_->store()->put(sample.document());
    ASSERT_TRUE(put) << put.error().message;
  }
  std::vector<std::string> run_ids() {
    std::vector<std::string> ids;
    const auto rows = place_->store()->rows({});
    EXPECT_TRUE(rows) << rows.error().message;
    for (const auto& row : *rows) ids.push_back(row.run_id);
    return ids;
  }
  // The database's URL with another port.
  std::string url_at(int port) {
    return base::replace_all(place_->url(), fmt::format(":{}/", place_->server().port()), fmt::format(":{}/", port));
  }

  std::optional<PostgresPlace> place_;
};

// Expects an error of `kind` within `limit`, which names the place and does not tell the password.
template <class T>
void expect_failure(const base::Result<T>& result, ErrorKind kind) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, kind) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr("postgresql://postgres@127.0.0.1"));
  EXPECT_THAT(result.error().message, Not(HasSubstr("s3cret")));
}

struct Stopwatch {
  std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
  [[nodiscard]] auto elapsed() const { return std::chrono::steady_clock::now() - start; }
};

TEST_F(PostgresHistory, NothingIsMadeByLooking) {
  EXPECT_THAT(run_ids(), IsEmpty());
  EXPECT_EQ(place_->sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'ci_optimizer'"), "0");
}

TEST_F(PostgresHistory, SixteenFirstWritersMakeTheTablesOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 16; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(place_->store()->put(Sample{.run_id = std::to_string(i)}.document()) ? 0 : 1);
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_THAT(run_ids(), SizeIs(16));
  EXPECT_EQ(place_->sql("SELECT string_agg(version::text, ',') FROM ci_optimizer.migrations"), "1,2");
}

TEST_F(PostgresHistory, ASearchPathInTheUrlSaysWhereTheTablesAre) {
  ASSERT_EQ(place_->sql("CREATE SCHEMA ours"), "");
  const auto store = store_at(place_->url() + "?options=-csearch_path%3Dours");
  ASSERT_TRUE(store->put(Sample{}.document()));
  EXPECT_THAT(store->rows({}).value(), SizeIs(1));
  EXPECT_EQ(place_->sql("SELECT count(*) FROM ours.records"), "1");
  EXPECT_THAT(run_ids(), IsEmpty());
}

TEST_F(PostgresHistory, ARoleNeedsOnlyWhatTheManualNames) {
  put({});
  place_->sql("DROP ROLE IF EXISTS ci; CREATE ROLE ci LOGIN PASSWORD 'ci'");
  const auto url = fmt::format("postgresql://ci:ci@127.0.0.1:{}/{}", place_->server().port(), place_->database());
  const auto refused = store_at(url)->put(Sample{.run_id = "2"}.document());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::permission) << refused.error().message;
  EXPECT_EQ(place_->sql("GRANT USAGE ON SCHEMA ci_optimizer TO ci;"
                        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ci_optimizer TO ci"),
            "");
  const auto put = store_at(url)->put(Sample{.run_id = "2"}.document());
  EXPECT_TRUE(put) << put.error().message;
  EXPECT_TRUE(store_at(url)->prune(noon(), {30, 1}));
  EXPECT_THAT(store_at(url)->rows({}).value(), SizeIs(2));
  place_->sql("DROP OWNED BY ci");
}

// Makes the tables what the first version of this program made, and gives the roles of the manual.
void take_back_the_steps(const PostgresPlace& place) {
  EXPECT_EQ(place.sql("ALTER TABLE ci_optimizer.records DROP COLUMN step; ALTER TABLE ci_optimizer.days DROP COLUMN"
                      " step; DELETE FROM ci_optimizer.migrations WHERE version = 2"),
            "");
}

TEST_F(PostgresHistory, TablesOfTheFirstVersionAreReadAndThenGrow) {
  put({.run_id = "old", .started_at = noon(40)});
  put({.run_id = "older", .started_at = noon(60)});
  put({.run_id = "now"});
  ASSERT_EQ(place_->store()->prune(noon(), {50, 1}).value(), 1U);
  take_back_the_steps(*place_);
  EXPECT_THAT(run_ids(), ElementsAre("now", "old"));
  history_store::Selection selection;
  selection.step = "";
  EXPECT_THAT(place_->store()->rows(selection).value(), SizeIs(2));
  EXPECT_THAT(place_->store()->days(selection).value(), SizeIs(1));
  selection.step = "tools";
  EXPECT_THAT(place_->store()->rows(selection).value(), IsEmpty());
  EXPECT_EQ(place_->sql("SELECT max(version) FROM ci_optimizer.migrations"), "1") << "reading changes nothing";

  Sample again{.run_id = "now", .seconds = 9};
  ASSERT_TRUE(place_->store()->put(again.document()));
  EXPECT_THAT(run_ids(), ElementsAre("now", "old")) << "an old run keeps its identity";
  put({.run_id = "now", .step = "tools"});
  EXPECT_THAT(place_->store()->rows(selection).value(), SizeIs(1));
  EXPECT_EQ(place_->store()->prune(noon(), {30, 1}).value(), 1U);
  EXPECT_THAT(place_->store()->days({}).value(), SizeIs(2));
  EXPECT_EQ(place_->sql("SELECT string_agg(version::text, ',') FROM ci_optimizer.migrations"), "1,2");
}

TEST_F(PostgresHistory, WhoMayNotChangeTheTablesIsToldWhoMust) {
  put({});
  take_back_the_steps(*place_);
  place_->sql("DROP ROLE IF EXISTS ci; CREATE ROLE ci LOGIN PASSWORD 'ci'");
  EXPECT_EQ(place_->sql("GRANT USAGE ON SCHEMA ci_optimizer TO ci;"
                        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ci_optimizer TO ci"),
            "");
  const auto url = fmt::format("postgresql://ci:ci@127.0.0.1:{}/{}", place_->server().port(), place_->database());
  const auto refused = store_at(url)->put(Sample{.run_id = "2"}.document());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::permission);
  EXPECT_THAT(refused.error().hint, HasSubstr("history prune"));
  EXPECT_THAT(store_at(url)->rows({}).value(), SizeIs(1));
  EXPECT_TRUE(place_->store()->prune(noon(), {}));  // as the hint says
  EXPECT_TRUE(store_at(url)->put(Sample{.run_id = "2"}.document()));
  place_->sql("DROP OWNED BY ci");
}

TEST_F(PostgresHistory, WhoMayMakeNoSchemaIsTold) {
  place_->sql("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'guest'");
  const auto store =
      store_at(fmt::format("postgresql://guest:guest@127.0.0.1:{}/{}", place_->server().port(), place_->database()));
  const auto put = store->put(Sample{}.document());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, ErrorKind::permission) << put.error().message;
  EXPECT_THAT(store->rows({}).value(), IsEmpty());
}

TEST_F(PostgresHistory, MetricsAreATableForDashboards) {
  put({.seconds = 6});
  put({.run_id = "2", .seconds = 8});
  EXPECT_EQ(place_->sql("SELECT avg(value) FROM ci_optimizer.metrics WHERE name = 'package_installation_time'"), "3.5");
  Sample replaced{.run_id = "2"};
  ASSERT_TRUE(place_->store()->put(replaced.document().set("metrics", base::Json::array())));
  EXPECT_EQ(place_->sql("SELECT count(*) FROM ci_optimizer.metrics"), "1");
}

TEST_F(PostgresHistory, WhatNoColumnCanHoldHasASignInItsPlace) {
  const std::string odd("a\0b\xFF", 4);
  Sample sample{.job = odd, .branch = std::string(3000, '\0')};
  auto document = sample.document();
  document.set("metrics", base::Json::array().push(base::Json::object().set("name", odd).set("value", 1.5)));
  ASSERT_TRUE(place_->store()->put(document)) << place_->store()->put(document).error().message;
  history_store::Selection selection;
  selection.job = odd;
  const auto rows = place_->store()->rows(selection).value();
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(rows[0].job,
            "a\xE2\x90\x80"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(rows[0].metrics.begin()->second.value, 1.5);
  EXPECT_EQ(place_->store()->document(sample.id).value()["branch"].as_string(), std::string(3000, '\0'));
}

TEST_F(PostgresHistory, TheLongestNamesFitIntoTheIndices) {
  std::string name;
  while (name.size() < 4000) name += base::random_uuid();
  const auto matrix = base::Json::object().set("os", name);
  auto document = Sample{.job = name, .matrix = matrix, .branch = name}.document();
  document.set("repository", name);
  const auto put = place_->store()->put(document.set("commit_sha", name).set("workflow", name));
  EXPECT_TRUE(put) << put.error().message;
  EXPECT_THAT(run_ids(), SizeIs(1));
}

TEST_F(PostgresHistory, NumbersAndTimesComeBackExactly) {
  auto sample = Sample{.started_at = noon() + base::Duration(123457), .seconds = 0.1 + 0.2};
  put(sample);
  const auto row = place_->store()->rows({}).value().at(0);
  EXPECT_EQ(row, history_store::row_of(sample.document()).value());
}

TEST_F(PostgresHistory, ListsAndBaselinesAreReadFromAnIndex) {
  put({});
  place_->sql(
      "INSERT INTO ci_optimizer.records SELECT md5(n::text) || md5('x' || n), n::text, 'o/r', 'ci', 'job' || n % 50, "
      "'',"
      " n::text, 1, 'main', md5(n::text), 'success', 0, now() - n * interval '1 minute', 3, 'Linux', 'X64', 'ubuntu24',"
      " '1', 'delta', '', '{}', '{}' FROM generate_series(1, 100000) AS n");
  place_->sql(
      "INSERT INTO ci_optimizer.metrics SELECT run_key, name, 3, 'seconds' FROM ci_optimizer.records,"
      " unnest(ARRAY['a', 'b', 'c']) AS name ON CONFLICT DO NOTHING");
  place_->sql("ANALYZE");
  const auto store = place_->store();
  ASSERT_TRUE(store->rows({.limit = 1}));  // the connection is not what is measured
  const auto fastest = [&](const history_store::Selection& selection, std::size_t count) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 3; ++i) {
      const Stopwatch watch;
      EXPECT_THAT(store->rows(selection).value(), SizeIs(count));
      best = std::min(best, watch.elapsed());
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(best);
  };
  history_store::Selection stratum = history_store::runs_of({"o/r", "ci", "job7", ""});
  stratum.image = "ubuntu24";
  stratum.statuses = {history::JobStatus::success};
  stratum.limit = 50;
  const auto list = fastest({.limit = 50}, 50);
  const auto baseline = fastest(stratum, 50);
  EXPECT_LT(list, 100ms);
  EXPECT_LT(baseline, 100ms);
  RecordProperty("list_ms", static_cast<int>(list.count()));
  RecordProperty("baseline_ms", static_cast<int>(baseline.count()));
  const auto end = real_clock().monotonic() + 10s;
  auto connection = history_store::PostgresConnection::open(
      history_store::postgres_location(place_->url(), FakeEnvironment()).value(), real_clock(), end);
  ASSERT_TRUE(connection);
  for (const auto& selection : {history_store::Selection{.limit = 50}, stratum}) {
    auto query = history_store::query_of_rows("ci_optimizer.", history_store::postgres_schema_version(), selection);
    query.sql = "EXPLAIN (FORMAT JSON) " + query.sql;
    const auto plan = connection->run({query}, end);
    ASSERT_TRUE(plan) << plan.error().error.message;
    EXPECT_THAT(plan->front().text(0, 0), HasSubstr("Index Scan"));
    EXPECT_THAT(plan->front().text(0, 0), Not(HasSubstr("Seq Scan")));
  }
}

TEST_F(PostgresHistory, PruneGoesOnWhereItsTimeEnded) {
  for (int day = 31; day < 40; ++day) put({.run_id = std::to_string(day), .started_at = noon(day)});
  put({.run_id = "now"});
  const auto first = store_at(place_->url(), 1900ms)->prune(noon(), {30, 1});  // too short for a second day
  EXPECT_EQ(first.value(), 1U);
  EXPECT_EQ(place_->store()->prune(noon(), {30, 1}).value(), 8U);
  EXPECT_THAT(run_ids(), ElementsAre("now"));
  EXPECT_THAT(place_->store()->days({}).value(), SizeIs(9));
  history_store::Selection selection;
  selection.since = noon(33);
  selection.until = noon(31);
  EXPECT_THAT(place_->store()->days(selection).value(), SizeIs(3));
}

TEST_F(PostgresHistory, TwoPrunersCountNothingTwice) {
  for (int day = 31; day < 41; ++day) put({.run_id = std::to_string(day), .started_at = noon(day)});
  put({.run_id = "now"});
  for (int i = 0; i < 4; ++i) {
    if (::fork() == 0) ::_exit(place_->store()->prune(noon(), {30, 1}) ? 0 : 1);
  }
  int status = 0;
  for (int i = 0; i < 4; ++i) {
    ::wait(&status);
    EXPECT_EQ(status, 0);
  }
  const auto days = place_->store()->days({}).value();
  ASSERT_THAT(days, SizeIs(10));
  for (const auto& day : days) EXPECT_EQ(day.runs, 1U) << day.date;
}

TEST_F(PostgresHistory, AServerThatIsDownIsSaidAtOnce) {
  const Stopwatch watch;
  const auto store = store_at("postgresql://postgres:s3cret@127.0.0.1:1/x");
  expect_failure(store->put(Sample{}.document()), ErrorKind::unavailable);
  expect_failure(store->rows({}), ErrorKind::unavailable);
  EXPECT_LT(watch.elapsed(), 2s);
}

TEST_F(PostgresHistory, AServerThatAcceptsAndFallsSilentIsGivenUp) {
  FaultProxy proxy(place_->server().port());
  proxy.fall_silent();
  const Stopwatch watch;
  expect_failure(store_at(url_at(proxy.port()))->put(Sample{}.document()), ErrorKind::timeout);
  EXPECT_GT(watch.elapsed(), 2s);
  EXPECT_LT(watch.elapsed(), 6s);
}

TEST_F(PostgresHistory, SilenceAfterTheLogInIsGivenUpToo) {
  FaultProxy proxy(place_->server().port());
  const auto store = store_at(url_at(proxy.port()), 1s);
  ASSERT_TRUE(store->put(Sample{}.document()));
  proxy.fall_silent();
  const Stopwatch watch;
  expect_failure(store->put(Sample{.run_id = "2"}.document()), ErrorKind::timeout);
  EXPECT_LT(watch.elapsed(), 2s);
  proxy.speak();
  EXPECT_TRUE(store->put(Sample{.run_id = "2"}.document()));
  EXPECT_THAT(run_ids(), SizeIs(2));
}

TEST_F(PostgresHistory, AConnectionThatIsCutAnywhereKeepsAllOrNothing) {
  put({});
  for (const std::int64_t bytes : {1, 50, 200, 400, 500, 600, 700, 900}) {
    FaultProxy proxy(place_->server().port());
    proxy.cut_after(bytes);
    const auto run_id = fmt::format("cut{}", bytes);
    const auto kept = store_at(url_at(proxy.port()))->put(Sample{.run_id = run_id}.document());
    const auto kind = kept ? ErrorKind::unavailable : kept.error().kind;
    EXPECT_EQ(kind, ErrorKind::unavailable);
    history_store::Selection selection;
    selection.run_id = run_id;
    const auto rows = place_->store()->rows(selection).value();
    EXPECT_LE(rows.size(), 1U);
    EXPECT_GE(rows.size(), kept ? 1U : 0U);
    for (const auto& row : rows) EXPECT_TRUE(place_->store()->document(row.id));
  }
}

TEST_F(PostgresHistory, AConnectionThatWasCutBetweenTwoCallsIsMadeAgain) {
  FaultProxy proxy(place_->server().port());
  const auto store = store_at(url_at(proxy.port()));
  ASSERT_TRUE(store->put(Sample{}.document()));
  proxy.cut_now();
  std::this_thread::sleep_for(50ms);
  proxy.cut_no_more();
  const auto again = store->put(Sample{.run_id = "2"}.document());
  EXPECT_TRUE(again) << again.error().message;
}

TEST_F(PostgresHistory, ASlowWayIsWaitedForWithinTheLimit) {
  FaultProxy proxy(place_->server().port());
  proxy.slow_down(10ms);
  const auto slow = store_at(url_at(proxy.port()));
  EXPECT_TRUE(slow->put(Sample{}.document()));
  proxy.slow_down(400ms);
  const Stopwatch watch;
  expect_failure(store_at(url_at(proxy.port()), 2s)->rows({}), ErrorKind::timeout);
  EXPECT_LT(watch.elapsed(), 3s);
}

TEST_F(PostgresHistory, ALockThatAnotherHoldsIsGivenUpByTheServerToo) {
  put({});
  const std::unique_ptr<PGconn, decltype(&::PQfinish)> other(::PQconnectdb(place_->url().c_str()), &::PQfinish);
  ::PQclear(::PQexec(other.get(), "BEGIN; LOCK TABLE ci_optimizer.records IN ACCESS EXCLUSIVE MODE"));
  const Stopwatch watch;
  expect_failure(store_at(place_->url(), 1s)->put(Sample{.run_id = "2"}.document()), ErrorKind::timeout);
  EXPECT_LT(watch.elapsed(), 2s);
  std::this_thread::sleep_for(300ms);
  EXPECT_EQ(place_->sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ci-optimizer' AND datname = "
                        "current_database()"),
            "0");
}

TEST_F(PostgresHistory, AFullDiskKeepsNothingByHalvesAndLeavesTheRestReadable) {
  if (place_->server().small_tablespace().empty()) GTEST_SKIP() << "no small file system can be mounted here";
  place_->sql("ALTER DATABASE " + place_->database() + " SET default_tablespace = small");
  put({});
  std::size_t kept = 1;
  base::Result<void> last;
  for (; last && kept < 100; ++kept) {
    auto document = Sample{.run_id = std::to_string(kept + 1)}.document();
    last = place_->store()->put(document.set("log", base::random_hex(100'000)));
    if (!last) break;
  }
  ASSERT_LT(kept, 100U);
  expect_failure(last, ErrorKind::io);
  EXPECT_THAT(run_ids(), SizeIs(kept));
}

TEST_F(PostgresHistory, AWrongPasswordIsAMatterOfPermission) {
  const auto url = base::replace_all(place_->url(), PostgresServer::kPasswordInUrl, "s3cret-but-wrong");
  expect_failure(store_at(url)->put(Sample{}.document()), ErrorKind::permission);
  const auto none = base::replace_all(place_->url(), std::string(":") + PostgresServer::kPasswordInUrl, "");
  expect_failure(store_at(none)->rows({}), ErrorKind::permission);
}

TEST_F(PostgresHistory, ADatabaseThatDoesNotExistIsNamed) {
  const auto result = store_at(place_->server().url("nowhere"))->rows({});
  expect_failure(result, ErrorKind::unavailable);
  EXPECT_THAT(result.error().message, HasSubstr("\"nowhere\" does not exist"));
}

TEST_F(PostgresHistory, AnUnprotectedConnectionIsRefusedWhereVerificationIsAskedFor) {
  const auto& server = place_->server();
  if (server.sql("SHOW ssl") != "on") GTEST_SKIP() << "no certificate could be made here";
  const auto fine = store_at(place_->url() + "?sslmode=verify-full&sslrootcert=" + server.certificate())->rows({});
  EXPECT_TRUE(fine) << fine.error().message;
  const auto by_name = base::replace_all(place_->url(), "127.0.0.1", "localhost");
  EXPECT_TRUE(store_at(by_name + "?sslmode=verify-full&sslrootcert=" + server.certificate())->rows({}));
  const auto unknown = store_at(place_->url() + "?sslmode=verify-full")->rows({});  // the system's authorities
  expect_failure(unknown, ErrorKind::unavailable);
  EXPECT_THAT(unknown.error().message, HasSubstr("certificate"));
}

TEST_F(PostgresHistory, TheFirstServerOfSeveralThatAnswersIsTaken) {
  const auto url = base::replace_all(place_->url(), "@127.0.0.1", "@127.0.0.1:1,127.0.0.1");
  EXPECT_TRUE(store_at(url)->rows({}));
}

TEST_F(PostgresHistory, ASocketInAFolderNeedsNoNetwork) {
  const auto store = store_at(fmt::format("postgresql://postgres@/{}?host={}&port={}", place_->database(),
                                          place_->server().socket_folder(), place_->server().port()));
  const auto put = store->put(Sample{}.document());
  EXPECT_TRUE(put) << put.error().message;
}

}  // namespace
}  // namespace ci::test
