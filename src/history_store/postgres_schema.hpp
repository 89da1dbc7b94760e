#pragma once
// The tables of a `postgresql:` history store, and how they come to be. docs/HISTORY.md, "postgresql:".
#include <string>

#include "history_store/postgres_connection.hpp"

namespace ci::history_store {

// The number of the last migration that this program knows.
int postgres_schema_version();

// Returns the number of the last migration that the database has had; 0 when it has no tables of ours.
PostgresResult<int> postgres_version_of(PostgresConnection& connection, const std::string& schema_prefix,
                                        platform::Monotonic end);

// Returns what stands for the table `name` in a query: one with the columns of the last migration, also where the
// database has had only the first `version` of them, for those who only read.
std::string postgres_table(const std::string& schema_prefix, std::string_view name, int version);

// Makes the schema and carries out the migrations that the database has not had, in one transaction. Of several
// processes one does it and the others wait. After a failure the connection must be given up, which undoes everything.
PostgresResult<void> migrate_postgres(PostgresConnection& connection, const std::string& schema_prefix,
                                      platform::Monotonic end);

}  // namespace ci::history_store
