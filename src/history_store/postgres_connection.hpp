#pragma once
// PostgreSQL as values and Results, with a deadline on everything. Nothing of libpq shows outside postgres_*.cpp.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "history_store/postgres_location.hpp"
#include "platform/clock.hpp"

struct pg_conn;
struct pg_result;

namespace ci::history_store {

struct PostgresFailure {
  base::Error error;
  std::string state;  // SQLSTATE (postgresql.org/docs/15/errcodes-appendix.html); "" when the server did not say
};
template <class T>
using PostgresResult = tl::expected<T, PostgresFailure>;

// Values stand for $1, $2, ... in the text; they are sent apart from it, nothing for NULL.
struct PostgresStatement {
  std::string sql;
  std::vector<std::optional<std::string>> values{};
};

// What one statement answered. Rows and columns are counted from 0.
class PostgresAnswer {
 public:
  explicit PostgresAnswer(pg_result* result) : result_(result) {}
  [[nodiscard]] int rows() const;
  [[nodiscard]] bool is_null(int row, int column) const;
  [[nodiscard]] std::string text(int row, int column) const;  // "" for NULL
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] double number(int row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

class PostgresConnection {
 public:
  static constexpr base::Duration kReachLimit = std::chrono::seconds(2);  // until a connection is accepted
  static constexpr base::Duration kLoginLimit = std::chrono::seconds(3);  // from there until it can be used

  // Logs in at the first of the servers that accepts it. Errors: unavailable, timeout, permission.
  static PostgresResult<PostgresConnection> open(const PostgresLocation& location, const platform::Clock& clock,
                                                 platform::Monotonic end);

  // Sends the statements together and returns their answers in order. They are one transaction, unless an open one
  // contains them. The server too gives up at `end`. Errors, as the server's state tells: permission (read-only,
  // lacking rights), io (disk full), data (a value that it cannot take), timeout, unavailable.
  PostgresResult<std::vector<PostgresAnswer>> run(const std::vector<PostgresStatement>& statements,
                                                  platform::Monotonic end);

  // Nothing more can come over it.
  [[nodiscard]] bool is_lost() const;

 private:
  struct Finish {
    void operator()(pg_conn* connection) const;
  };
  PostgresConnection(pg_conn* connection, const platform::Clock& clock) : connection_(connection), clock_(&clock) {}
  PostgresResult<void> log_in(platform::Monotonic end);
  PostgresResult<void> send(const std::vector<PostgresStatement>& statements, base::Duration left);
  PostgresResult<void> await_result(platform::Monotonic end);
  PostgresResult<void> wait(short events, platform::Monotonic end);
  tl::unexpected<PostgresFailure> lost();

  std::unique_ptr<pg_conn, Finish> connection_;
  const platform::Clock* clock_;
};

}  // namespace ci::history_store
