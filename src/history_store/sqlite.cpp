#include "history_store/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace ci::history_store {
namespace {

using base::ErrorKind;

ErrorKind kind_of(int code) {
  switch (code & 0xFF) {  // the rest is detail (SQLite, "Result and Error Codes")
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::timeout;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR:  // a table or column is missing: another program's database
      return ErrorKind::data;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return ErrorKind::permission;
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      return ErrorKind::io;
    default:
      return ErrorKind::bug;
  }
}

base::Error error_of(sqlite3* database, int code) {
  return {kind_of(code), database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code), {}};
}

}  // namespace

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Database::Closer::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

// Binding fails only for a place that does not exist, or without memory.
Statement& Statement::bind(int place, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), place, text.data() != nullptr ? text.data() : "", text.size(), SQLITE_TRANSIENT,
                      SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind(int place, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), place, number);
  return *this;
}
Statement& Statement::bind(int place, double number) {
  sqlite3_bind_double(statement_.get(), place, number);
  return *this;
}
Statement& Statement::bind(int place, std::nullptr_t) {
  sqlite3_bind_null(statement_.get(), place);
  return *this;
}

base::Error Statement::error() const {
  auto* database = sqlite3_db_handle(statement_.get());
  return error_of(database, sqlite3_errcode(database));
}

base::Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto wrong = error();
  sqlite3_reset(statement_.get());
  return base::fail(std::move(wrong));
}

base::Result<void> Statement::run() {
  auto more = step();
  while (more && *more) more = step();
  if (!more) return base::fail(more.error());
  sqlite3_reset(statement_.get());
  return {};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}
std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return bytes != nullptr ? std::string(bytes, size) : std::string();
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
double Statement::number(int column) const {
  return sqlite3_column_double(statement_.get(), column);
}

base::Result<Database> Database::open(const std::string& name, int flags, base::Duration patience) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(handle);
  if (code != SQLITE_OK) return base::fail(error_of(handle, code));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count() / 1000));
  // Bounds for a file that somebody else may have made.
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64 << 20);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  return database;
}

base::Result<Database> Database::open(const std::filesystem::path& file, base::Duration patience) {
  auto database = open(file.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, patience);
  // SQLite opens what it may not write to read.
  if (database && sqlite3_db_readonly(database->database_.get(), "main") == 1)
    return base::fail(ErrorKind::permission, "attempt to write a readonly database");
  return database;
}

base::Result<Database> Database::open_to_read(const std::filesystem::path& file, base::Duration patience) {
  return open(file.string(), SQLITE_OPEN_READONLY, patience);
}

base::Result<Database> Database::in_memory(const Database* other) {
  auto database = open(std::string(":memory:"), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, {});
  if (!database || other == nullptr) return database;
  auto* copy = sqlite3_backup_init(database->database_.get(), "main", other->database_.get(), "main");
  if (copy == nullptr) return base::fail(error_of(database->database_.get(), SQLITE_ERROR));
  const int code = sqlite3_backup_step(copy, -1);
  sqlite3_backup_finish(copy);
  if (code != SQLITE_DONE) return base::fail(kind_of(code), sqlite3_errstr(code));
  return database;
}

base::Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return base::fail(error_of(database_.get(), code));
  return {};
}

base::Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return base::fail(error_of(database_.get(), code));
  return Statement(statement);
}

base::Result<Transaction> Transaction::begin(Database& database) {
  // Taking the lock at once: a reader that becomes a writer could wait for another one that does the same.
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return base::fail(begun.error());
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

base::Result<void> Transaction::commit() {
  if (auto done = database_->execute("COMMIT"); !done) return done;
  database_ = nullptr;
  return {};
}

}  // namespace ci::history_store
