#pragma once
// What PostgreSQL's refusals mean.
#include <string>
#include <string_view>

#include "history_store/postgres_connection.hpp"

namespace ci::history_store {

// Returns the failure of a statement that the server answered with an SQLSTATE.
PostgresFailure failure_of_statement(std::string_view state, std::string_view message);

// Returns the failure of a connection that libpq describes with `text`, in its verbose form, which has the SQLSTATE
// when the server refused: "... FATAL:  28P01: password authentication failed for user ...\nLOCATION: ...".
PostgresFailure failure_of_connection(std::string_view text);

// Returns the failure of a server that did not answer before the deadline.
PostgresFailure no_answer_in_time();

}  // namespace ci::history_store
