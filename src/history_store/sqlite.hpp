#pragma once
// SQLite as values and Results. Nothing of its interface shows outside sqlite.cpp.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace ci::history_store {

// Errors of both classes: timeout when another process kept the database locked; data when the file is damaged or no
// database; permission when it may not be written; io when the disk is full or fails; bug for anything else.

// A prepared statement. Places and columns: the first place is 1, the first column 0, as in SQLite.
class Statement {
 public:
  Statement& bind(int place, std::string_view text);
  Statement& bind(int place, std::int64_t number);
  Statement& bind(int place, double number);
  Statement& bind(int place, std::nullptr_t);

  // Goes to the next row of the answer. Returns false at its end.
  base::Result<bool> step();
  // Runs a statement without an answer, and makes it ready to be bound and run again.
  base::Result<void> run();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::string text(int column) const;  // "" for null
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double number(int column) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  [[nodiscard]] base::Error error() const;

  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

class Database {
 public:
  // Opens the database in `file` to write, making it when there is none; waits up to `patience` for others' locks.
  static base::Result<Database> open(const std::filesystem::path& file, base::Duration patience);
  // Opens an existing one to read.
  static base::Result<Database> open_to_read(const std::filesystem::path& file, base::Duration patience);
  // Makes one in memory; with the contents of `other` when it is given.
  static base::Result<Database> in_memory(const Database* other = nullptr);

  // Runs statements that need no values and give no answer.
  base::Result<void> execute(const std::string& sql);
  base::Result<Statement> prepare(std::string_view sql) const;

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };
  static base::Result<Database> open(const std::string& name, int flags, base::Duration patience);
  explicit Database(sqlite3* database) : database_(database) {}

  std::unique_ptr<sqlite3, Closer> database_;
};

// A transaction that may write. It is undone at the object's end unless it was committed.
class Transaction {
 public:
  static base::Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  base::Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // nullptr once it is over
};

}  // namespace ci::history_store
