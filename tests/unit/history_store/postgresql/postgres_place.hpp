#pragma once
// A database on a real server that belongs to one test at a time.
#include <memory>
#include <string>

#include "fakes/fake_environment.hpp"
#include "fakes/real_clock.hpp"
#include "history_store/conformance.hpp"
#include "history_store/postgres_history_store.hpp"
#include "servers/postgres_server.hpp"

namespace ci::test {

inline std::unique_ptr<history_store::HistoryStore> store_at(const std::string& url,
                                                             base::Duration patience = std::chrono::seconds(10)) {
  const FakeEnvironment environment;
  return std::make_unique<history_store::PostgresHistoryStore>(
      history_store::postgres_location(url, environment).value(), real_clock(), patience);
}

class PostgresPlace final : public HistoryPlace {
 public:
  explicit PostgresPlace(PostgresServer& server) : server_(server) {}
  // Faster than a database for each test.
  ~PostgresPlace() override {
    server_.sql("ALTER DATABASE " + database_ + " RESET ALL");
    server_.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '" + database_ + "'");
    EXPECT_EQ(sql("DROP SCHEMA IF EXISTS ci_optimizer CASCADE; DROP SCHEMA IF EXISTS ours CASCADE"), "");
  }

  std::unique_ptr<history_store::HistoryStore> store() override { return store_at(url()); }
  bool make_read_only() override {
    return server_.sql("ALTER DATABASE " + database_ + " SET default_transaction_read_only = on").empty();
  }
  [[nodiscard]] std::string url() const { return server_.url(database_); }
  [[nodiscard]] const std::string& database() const { return database_; }
  // Runs a statement in the database, as PostgresServer::sql().
  std::string sql(const std::string& statement) const { return server_.sql(statement, database_); }
  PostgresServer& server() { return server_; }

 private:
  PostgresServer& server_;
  const std::string database_ = PostgresServer::kDatabase;
};

}  // namespace ci::test
