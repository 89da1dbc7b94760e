// What a PostgreSQL URL says, and what is shown of it.
#include "history_store/postgres_location.hpp"

#include <gmock/gmock.h>

#include "fakes/fake_environment.hpp"
#include "history_store/postgres_failure.hpp"
#include "history_store/postgres_password.hpp"

namespace ci::test {
namespace {

using history_store::postgres_location;
using testing::HasSubstr;
using testing::Not;

TEST(PostgresLocation, ReadsWhereAndAsWhom) {
  const FakeEnvironment environment;
  const auto location =
      postgres_location("postgres://ci:p%40ss@db.example.org:5433/metrics?sslmode=require", environment);
  ASSERT_TRUE(location);
  ASSERT_EQ(location->servers.size(), 1U);
  EXPECT_EQ(location->servers[0].host, "db.example.org");
  EXPECT_EQ(location->servers[0].port, 5433);
  EXPECT_EQ(location->parameters.at("user"), "ci");
  EXPECT_EQ(location->parameters.at("password"), "p@ss");
  EXPECT_EQ(location->parameters.at("sslmode"), "require");
  EXPECT_EQ(location->shown, "postgresql://ci@db.example.org:5433/metrics");
  EXPECT_EQ(location->schema_prefix, "ci_optimizer.");
}

TEST(PostgresLocation, TakesWhatTheUrlDoesNotSayFromTheEnvironment) {
  FakeEnvironment environment;
  environment.variables = {{"PGUSER", "env"}, {"USER", "me"}, {"PGPASSWORD", "secret"}, {"PGDATABASE", "its"}};
  const auto location = postgres_location("postgresql://db", environment);
  ASSERT_TRUE(location);
  EXPECT_EQ(location->shown, "postgresql://env@db/its");
  EXPECT_EQ(location->parameters.at("password"), "secret");
  const auto own = postgres_location("postgresql://ci:own@db/here", environment);
  EXPECT_EQ(own->parameters.at("password"), "own");
  EXPECT_EQ(own->shown, "postgresql://ci@db/here");
}

TEST(PostgresLocation, KnowsSeveralServersSocketsAndAddresses) {
  const FakeEnvironment environment;
  const auto several = postgres_location("postgresql://ci@one:1,[::1],two:2/x", environment);
  ASSERT_TRUE(several);
  ASSERT_EQ(several->servers.size(), 3U);
  EXPECT_EQ(several->servers[1].host, "::1");
  EXPECT_EQ(several->servers[1].port, 5432);
  EXPECT_EQ(several->shown, "postgresql://ci@one:1,[::1],two:2/x");
  const auto socket = postgres_location("postgresql://ci@%2Frun%2Fpg/x", environment);
  ASSERT_TRUE(socket);
  EXPECT_TRUE(socket->servers[0].is_local());
  EXPECT_TRUE(postgres_location("postgresql://ci@/x", environment)->servers[0].is_local());
  EXPECT_EQ(postgres_location("postgresql://ci@db/x?hostaddr=10.0.0.1", environment)->servers[0].address, "10.0.0.1");
}

TEST(PostgresLocation, ASearchPathTakesThePlaceOfTheSchema) {
  const FakeEnvironment environment;
  EXPECT_EQ(postgres_location("postgresql://ci@db/x?options=-csearch_path%3Dours", environment)->schema_prefix, "");
}

TEST(PostgresLocation, RefusesWhatIsNoneWithoutRepeatingIt) {
  const FakeEnvironment environment;
  for (const char* url :
       {"postgresql://ci:s3cret@[::1", "postgresql://ci:s3cret@db:port/x", "postgresql://ci:s3cret@db:99999/x",
        "postgresql://ci:s3cret@d b/x", "postgresql://ci:s3cret@db/x?sslmod=require", "postgresql://:s3cret@db/x",
        "postgresql://ci:s3cret@db/x?service=y", "postgresql://ci:s3cret%@db/x", "postgresql://ci:s3cret@db#y/x"}) {
    const auto location = postgres_location(url, environment);
    ASSERT_FALSE(location) << url;
    EXPECT_EQ(location.error().kind, base::ErrorKind::usage);
    EXPECT_THAT(location.error().message + location.error().hint, Not(HasSubstr("s3cret"))) << url;
  }
}

TEST(PostgresPassword, IsPartedFromTheUrlAsLibpqReadsIt) {
  const auto url = [](const char* text) { return history_store::part_password(text).url; };
  EXPECT_EQ(url("postgresql://ci:s3cret@db:5/x?sslmode=require"), "postgresql://ci@db:5/x?sslmode=require");
  EXPECT_EQ(url("postgres://ci:a:b%40@db/x?a=1&password=y&b=2"), "postgres://ci@db/x?a=1&b=2");
  EXPECT_EQ(url("postgresql://ci@db/x?pass%77ord=y&sslpassword=z"), "postgresql://ci@db/x");
  EXPECT_EQ(url("postgresql://ci:s@/x"), "postgresql://ci@/x");
  for (const char* plain :
       {"postgresql://ci@db/x?sslmode=require", "postgresql://db/a@b:c", "file:/a:b@c", "git:x", ""})
    EXPECT_EQ(url(plain), plain);
  EXPECT_THAT(history_store::part_password("postgresql://ci:a%40b@db/x?password=y").passwords,
              testing::ElementsAre("a%40b", "a@b", "y"));
  const FakeEnvironment environment;
  for (const char* text : {"postgresql://ci:s3cret@db/x", "postgresql://ci:s@db/x?password=t&sslmode=require",
                           "postgresql://ci:s?@db/x", "postgresql://ci:%73@[::1]/x?%70assword=u"}) {
    auto with = postgres_location(text, environment);
    const auto without = postgres_location(url(text), environment);
    ASSERT_TRUE(with) << text;
    ASSERT_TRUE(without) << url(text);
    EXPECT_TRUE(with->parameters.erase("password")) << text;
    EXPECT_EQ(without->parameters, with->parameters) << text;
    EXPECT_EQ(without->shown, with->shown);
  }
}

TEST(PostgresFailure, TheStateTellsWhatARefusalMeans) {
  using base::ErrorKind;
  const auto kind = [](const char* state) { return history_store::failure_of_statement(state, "x").error.kind; };
  EXPECT_EQ(kind("25006"), ErrorKind::permission);
  EXPECT_EQ(kind("42501"), ErrorKind::permission);
  EXPECT_EQ(kind("53100"), ErrorKind::io);
  EXPECT_EQ(kind("57014"), ErrorKind::timeout);
  EXPECT_EQ(kind("22021"), ErrorKind::data);
  EXPECT_EQ(kind("57P03"), ErrorKind::unavailable);
}

TEST(PostgresFailure, FindsTheStateInWhatLibpqSaysOfAConnection) {
  const auto refused = history_store::failure_of_connection(
      "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password authentication failed for user "
      "\"ci\"\nLOCATION:  auth_failed, auth.c:338\n");
  EXPECT_EQ(refused.error.kind, base::ErrorKind::permission);
  EXPECT_EQ(refused.error.message, "password authentication failed for user \"ci\"");
  const auto lost = history_store::failure_of_connection("server closed the connection unexpectedly\n\tThis ...");
  EXPECT_EQ(lost.error.kind, base::ErrorKind::unavailable);
  EXPECT_EQ(lost.error.message, "server closed the connection unexpectedly");
  EXPECT_EQ(history_store::failure_of_connection("x:  \x1B[2J::error::y").error.message.find('\x1B'),
            std::string::npos);
}

}  // namespace
}  // namespace ci::test
