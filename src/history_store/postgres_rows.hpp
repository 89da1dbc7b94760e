#pragma once
// Records, rows and selections as PostgreSQL's statements and answers.
#include <string>
#include <vector>

#include "base/json.hpp"
#include "history_store/postgres_connection.hpp"
#include "history_store/row.hpp"
#include "history_store/selection.hpp"

namespace ci::history_store {

// PostgreSQL's texts have no U+0000: U+2400, the sign for it, stands in its place, and U+FFFD for what is no UTF-8. The
// columns have such texts; the document keeps its own. A name is cut where an index could not hold it.
std::string postgres_text(std::string_view text);
std::string postgres_name(std::string_view text);

// Returns what tells a run or a series from all others, in a bounded length.
std::string postgres_key(const Row& row);
std::string postgres_key(const Series& series);

// Returns the statements that keep the record: together they are one transaction.
std::vector<PostgresStatement> statements_to_put(const std::string& schema_prefix, const base::Json& document,
                                                 const Row& row);

enum class Locking { none, for_removal };

// Returns the query for what is selected, the newest first, and reads its answer. With Locking::for_removal what it
// gives stays as it is until the transaction's end, and last comes the row's key (postgres_key). `version` is that of
// the database (postgres_schema.hpp).
PostgresStatement query_of_rows(const std::string& schema_prefix, int version, const Selection& selection,
                                Locking locking = Locking::none);
std::vector<Row> rows_in(const PostgresAnswer& answer);
std::vector<std::string> keys_in(const PostgresAnswer& answer);

// Returns the query for the summaries of the selected series' days (HistoryStore::days), the newest first: documents.
PostgresStatement query_of_days(const std::string& schema_prefix, int version, const Selection& selection);

}  // namespace ci::history_store
