#include "history_store/postgres_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "base/text.hpp"
#include "history_store/postgres_failure.hpp"
#include "platform/reachable_address.hpp"

namespace ci::history_store {
namespace {

using platform::Monotonic;

// The servers that can be reached, as the lists that libpq wants.
struct Reachable {
  std::vector<std::string> hosts, addresses, ports;
};

base::Result<Reachable> reachable(const std::vector<PostgresServer>& servers, const platform::Clock& clock,
                                  Monotonic end) {
  Reachable found;
  std::optional<base::Error> why;
  for (const auto& server : servers) {
    auto address = server.address;
    if (address.empty() && !server.is_local()) {
      const auto left = std::min<base::Duration>(PostgresConnection::kReachLimit, end - clock.monotonic());
      auto resolved = platform::reachable_address(server.host, server.port, left);
      if (!resolved) {
        why = resolved.error();
        continue;
      }
      address = std::move(*resolved);
    }
    found.hosts.push_back(server.host);
    found.addresses.push_back(address);
    found.ports.push_back(std::to_string(server.port));
  }
  if (found.hosts.empty()) return base::fail(*why);
  return found;
}

}  // namespace

void PostgresAnswer::Clear::operator()(pg_result* result) const {
  ::PQclear(result);
}

int PostgresAnswer::rows() const {
  return ::PQntuples(result_.get());
}

bool PostgresAnswer::is_null(int row, int column) const {
  return ::PQgetisnull(result_.get(), row, column) != 0;
}

std::string PostgresAnswer::text(int row, int column) const {
  return {::PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(::PQgetlength(result_.get(), row, column))};
}

std::int64_t PostgresAnswer::integer(int row, int column) const {
  return base::parse_integer(text(row, column)).value_or(0);
}

double PostgresAnswer::number(int row, int column) const {
  return base::parse_number(text(row, column)).value_or(0);
}

void PostgresConnection::Finish::operator()(pg_conn* connection) const {
  ::PQfinish(connection);
}

bool PostgresConnection::is_lost() const {
  return ::PQstatus(connection_.get()) == CONNECTION_BAD;
}

tl::unexpected<PostgresFailure> PostgresConnection::lost() {
  if (::PQconnectionNeedsPassword(connection_.get()) != 0)
    return tl::unexpected(failure_of_statement("28P01", "the server wants a password, and there is none"));
  return tl::unexpected(failure_of_connection(::PQerrorMessage(connection_.get())));
}

PostgresResult<PostgresConnection> PostgresConnection::open(const PostgresLocation& location,
                                                            const platform::Clock& clock, Monotonic end) {
  const auto servers = reachable(location.servers, clock, end);
  if (!servers) return tl::unexpected(PostgresFailure{servers.error(), ""});
  auto parameters = location.parameters;
  parameters["host"] = base::join(servers->hosts, ",");
  parameters["hostaddr"] = base::join(servers->addresses, ",");
  parameters["port"] = base::join(servers->ports, ",");
  std::vector<const char*> names;
  std::vector<const char*> values;
  for (const auto& [name, value] : parameters) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  PostgresConnection connection(::PQconnectStartParams(names.data(), values.data(), 0), clock);
  const auto limit = std::min<Monotonic>(end, clock.monotonic() + kLoginLimit);
  if (auto done = connection.log_in(limit); !done) return tl::unexpected(done.error());
  return connection;
}

PostgresResult<void> PostgresConnection::log_in(Monotonic end) {
  auto* connection = connection_.get();
  if (connection == nullptr || is_lost()) return lost();
  // So that messages have the state, which is the same in every language.
  ::PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
  for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK; state = ::PQconnectPoll(connection)) {
    if (state == PGRES_POLLING_FAILED) return lost();
    if (auto ready = wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, end); !ready) return ready;
  }
  ::PQsetnonblocking(connection, 1);
  // What the server wants to tell besides its answers would go to standard error.
  ::PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  return ::PQenterPipelineMode(connection) == 1 ? PostgresResult<void>() : PostgresResult<void>(lost());
}

PostgresResult<void> PostgresConnection::wait(short events, Monotonic end) {
  for (;;) {
    const auto left = end - clock_->monotonic();
    if (left <= base::Duration::zero()) return tl::unexpected(no_answer_in_time());
    pollfd socket{::PQsocket(connection_.get()), events, 0};
    const auto milliseconds = static_cast<int>(left / std::chrono::milliseconds(1)) + 1;
    const int ready = ::poll(&socket, 1, milliseconds);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return lost();
  }
}

PostgresResult<void> PostgresConnection::send(const std::vector<PostgresStatement>& statements, base::Duration left) {
  // For this transaction only: behind a pooler another program may get the session next.
  const auto milliseconds = std::to_string(std::max<std::int64_t>(1, left / std::chrono::milliseconds(1)));
  std::vector<PostgresStatement> all{
      {"SELECT set_config('statement_timeout', $1, true),"
       " set_config('lock_timeout', $1, true),"
       " set_config('idle_in_transaction_session_timeout', $1, true),"
       " set_config('extra_float_digits', '3', true)",
       {milliseconds}}};
  all.insert(all.end(), statements.begin(), statements.end());
  for (const auto& statement : all) {
    std::vector<const char*> values;
    for (const auto& value : statement.values) values.push_back(value ? value->c_str() : nullptr);
    if (::PQsendQueryParams(connection_.get(), statement.sql.c_str(), static_cast<int>(values.size()), nullptr,
                            values.data(), nullptr, nullptr, 0) != 1)
      return lost();
  }
  return ::PQpipelineSync(connection_.get()) == 1 ? PostgresResult<void>() : PostgresResult<void>(lost());
}

// Waits until PQgetResult() has something to give, and sends meanwhile what is not sent yet.
PostgresResult<void> PostgresConnection::await_result(Monotonic end) {
  auto* connection = connection_.get();
  for (;;) {
    const int unsent = ::PQflush(connection);
    if (unsent < 0 && is_lost()) return lost();
    if (::PQisBusy(connection) == 0) return {};
    if (auto ready = wait(static_cast<short>(unsent == 1 ? POLLIN | POLLOUT : POLLIN), end); !ready) return ready;
    if (::PQconsumeInput(connection) != 1) return lost();
  }
}

PostgresResult<std::vector<PostgresAnswer>> PostgresConnection::run(const std::vector<PostgresStatement>& statements,
                                                                    Monotonic end) {
  if (auto sent = send(statements, end - clock_->monotonic()); !sent) return tl::unexpected(sent.error());
  std::vector<PostgresAnswer> answers;
  std::optional<PostgresFailure> failure;
  for (;;) {
    if (auto ready = await_result(end); !ready) return tl::unexpected(failure.value_or(ready.error()));
    auto* result = ::PQgetResult(connection_.get());
    if (result == nullptr) {  // the end of one statement's answers
      if (is_lost()) return tl::unexpected(failure ? *failure : lost().value());
      continue;
    }
    PostgresAnswer answer(result);
    const auto status = ::PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) break;
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      answers.push_back(std::move(answer));
    } else if (status != PGRES_PIPELINE_ABORTED && !failure) {
      const char* state = ::PQresultErrorField(result, PG_DIAG_SQLSTATE);
      const char* message = ::PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
      if (state == nullptr || message == nullptr) return lost();
      failure = failure_of_statement(state, message);
    }
  }
  if (failure) return tl::unexpected(std::move(*failure));
  answers.erase(answers.begin());  // of our own settings
  return answers;
}

}  // namespace ci::history_store
