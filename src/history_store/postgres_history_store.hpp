#pragma once
// Records in a PostgreSQL database. docs/HISTORY.md, "postgresql:".
#include <functional>
#include <optional>

#include "history_store/history_store.hpp"
#include "history_store/old_days.hpp"
#include "history_store/postgres_connection.hpp"
#include "platform/clock.hpp"

namespace ci::history_store {

// One connection, made with the first call and again when it was lost in between. The tables are made when the first
// record is put; until then there is nothing. What a call does is one transaction, prune() one for each day.
class PostgresHistoryStore final : public HistoryStore {
 public:
  PostgresHistoryStore(PostgresLocation location, const platform::Clock& clock, base::Duration patience)
      : location_(std::move(location)), clock_(clock), patience_(patience) {}

  // The URL without the password.
  [[nodiscard]] std::string name() const override { return location_.shown; }
  base::Result<void> put(const base::Json& document) override;
  base::Result<std::vector<Row>> rows(const Selection& selection) override;
  base::Result<base::Json> document(const std::string& id) override;
  base::Result<std::size_t> prune(base::TimePoint now, history::Retention retention) override;
  base::Result<std::vector<Day>> days(const Selection& selection) override;

 private:
  using Answers = std::vector<PostgresAnswer>;
  enum class Purpose { read, write };

  // Runs the statements, which may be repeated, over a connection that is there or a new one. No answers: there are no
  // tables.
  PostgresResult<Answers> run(const std::vector<PostgresStatement>& statements, Purpose purpose,
                              platform::Monotonic end);
  // Runs the query that `query` makes for the version of the database.
  PostgresResult<Answers> ask(const std::function<PostgresStatement(int version)>& query, platform::Monotonic end);
  PostgresResult<Answers> carry_out(const std::function<std::vector<PostgresStatement>(int version)>& statements,
                                    Purpose purpose, platform::Monotonic end);
  // Makes sure of a connection, and of the tables when they are to be written. Returns whether there are tables.
  PostgresResult<bool> prepare(Purpose purpose, platform::Monotonic end);
  PostgresResult<std::size_t> remove(const std::string& date, const std::vector<SeriesDay>& days,
                                     platform::Monotonic end);
  [[nodiscard]] base::Error error(std::string_view what, const PostgresFailure& failure) const;

  const PostgresLocation location_;
  const platform::Clock& clock_;
  const base::Duration patience_;
  std::optional<PostgresConnection> connection_;
  int version_ = 0;  // of the connection's database
};

}  // namespace ci::history_store
