#include "history_store/record_index.hpp"

#include <fmt/format.h>

#include "history_store/row_query.hpp"

namespace ci::history_store {
namespace {

// Raised whenever a table or what a row is made of changes: an index of another version is made anew.
constexpr int kVersion = 4;

// No write-ahead log: that needs memory shared between the machines of a network file system. The rollback journal
// needs only locks, and a killed writer's is undone by the next process.
constexpr const char* kSettings =
    "PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;";

std::string tables() {
  return fmt::format(
      "CREATE TABLE folders (folder TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE records (folder TEXT NOT NULL, name TEXT NOT NULL, size INTEGER, written INTEGER, inode INTEGER,"
      " found INTEGER NOT NULL, identity TEXT, {}, PRIMARY KEY (folder, name)) WITHOUT ROWID;"
      "CREATE INDEX by_time ON records (started_at) WHERE found;"
      "CREATE INDEX by_series ON records (job, repository, workflow, matrix, step, started_at) WHERE found;"
      // Without its order the newest runs of a job are found by sorting all of them.
      "CREATE INDEX by_job ON records (job, started_at) WHERE found;"
      "CREATE INDEX by_commit ON records (commit_sha, started_at) WHERE found;"
      "CREATE INDEX by_id ON records (id);"
      "CREATE INDEX by_identity ON records (identity);"
      "PRAGMA user_version = {};",
      kRowColumnTypes, kVersion);
}

constexpr std::int64_t kMicrosecondsOfDay = 86'400'000'000;

}  // namespace

base::Result<RecordIndex> RecordIndex::prepared(Database database) {
  std::int64_t version = 0;
  {
    auto statement = database.prepare("PRAGMA user_version");
    if (!statement) return base::fail(statement.error());
    const auto row = statement->step();
    if (!row) return base::fail(row.error());
    version = statement->integer(0);
  }
  if (version == 0) {
    auto transaction = Transaction::begin(database);
    if (!transaction) return base::fail(transaction.error());
    auto statement = database.prepare("SELECT COUNT(*) FROM sqlite_master");
    if (!statement) return base::fail(statement.error());
    const auto row = statement->step();
    if (!row) return base::fail(row.error());
    const bool is_empty = statement->integer(0) == 0;  // else another process was faster
    (void)statement->run();
    if (is_empty) {
      if (auto made = database.execute(tables()); !made) return base::fail(made.error());
    }
    if (auto done = transaction->commit(); !done) return base::fail(done.error());
  } else if (version != kVersion) {
    return base::fail(base::ErrorKind::data, fmt::format("the index has version {}, not {}", version, kVersion));
  }
  return RecordIndex(std::move(database));
}

base::Result<RecordIndex> RecordIndex::open(const std::filesystem::path& file, base::Duration patience) {
  auto database = Database::open(file, patience);
  if (!database) return base::fail(database.error());
  if (auto set = database->execute(kSettings); !set) return base::fail(set.error());
  return prepared(std::move(*database));
}

bool RecordIndex::is_whole(const std::filesystem::path& file, base::Duration patience) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return false;
  const auto index = open(file, patience);
  if (!index) return false;
  auto check = index->database_.prepare("PRAGMA quick_check(1)");
  if (!check) return false;
  const auto row = check->step();
  return row && *row && check->text(0) == "ok";
}

base::Result<RecordIndex> RecordIndex::in_memory(const std::filesystem::path& file, base::Duration patience) {
  if (auto kept = Database::open_to_read(file, patience)) {
    auto copy = Database::in_memory(&*kept);
    auto index = copy ? prepared(std::move(*copy)) : base::Result<RecordIndex>(base::fail(copy.error()));
    if (index) return index;
  }
  auto database = Database::in_memory();
  if (!database) return base::fail(database.error());
  return prepared(std::move(*database));
}

base::Result<Statement*> RecordIndex::kept(const char* sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    auto statement = database_.prepare(sql);
    if (!statement) return base::fail(statement.error());
    found = statements_.emplace(sql, std::move(*statement)).first;
  }
  return &found->second;
}

base::Result<void> RecordIndex::put(const Place& place, const Stamp& stamp, const std::optional<Row>& row) {
  static const std::string kInsert = fmt::format(
      "INSERT OR REPLACE INTO records (folder, name, size, written, inode, found, identity, {}) VALUES ({})",
      kRowColumns, placeholders(7 + kRowColumnCount));
  if (auto removed = remove(place); !removed) return removed;
  // So that the folder's end is noticed.
  auto folder = kept("INSERT OR IGNORE INTO folders (folder, time) VALUES (?, 0)");
  if (!folder) return base::fail(folder.error());
  if (auto noted = (*folder)->bind(1, place.folder).run(); !noted) return noted;
  auto statement = kept(kInsert.c_str());
  if (!statement) return base::fail(statement.error());
  auto& insert = **statement;
  insert.bind(1, place.folder).bind(2, place.name).bind(3, stamp.size).bind(4, stamp.written);
  insert.bind(5, static_cast<std::int64_t>(stamp.inode)).bind(6, std::int64_t{row ? 1 : 0});
  if (!row) {
    for (int i = 0; i <= kRowColumnCount; ++i) insert.bind(7 + i, nullptr);
    return insert.run();
  }
  const auto same = identity(*row);
  insert.bind(7, same);
  bind_row(insert, 8, *row);
  if (auto done = insert.run(); !done) return done;
  return choose_last(same);
}

base::Result<void> RecordIndex::remove(const Place& place) {
  auto find = kept("SELECT identity FROM records WHERE folder = ? AND name = ?");
  if (!find) return base::fail(find.error());
  (*find)->bind(1, place.folder).bind(2, place.name);
  const auto there = (*find)->step();
  if (!there) return base::fail(there.error());
  const std::string same = *there ? (*find)->text(0) : "";
  if (auto done = (*find)->run(); !done) return done;
  if (!*there) return {};
  auto statement = kept("DELETE FROM records WHERE folder = ? AND name = ?");
  if (!statement) return base::fail(statement.error());
  if (auto done = (*statement)->bind(1, place.folder).bind(2, place.name).run(); !done) return done;
  return same.empty() ? base::Result<void>() : choose_last(same);
}

base::Result<void> RecordIndex::choose_last(const std::string& identity) {
  auto statement = kept(
      "UPDATE records SET found = (folder, name) = (SELECT folder, name FROM records WHERE identity = ?1"
      " ORDER BY written DESC, started_at DESC, folder DESC, name DESC LIMIT 1) WHERE identity = ?1");
  if (!statement) return base::fail(statement.error());
  return (*statement)->bind(1, identity).run();
}

base::Result<std::map<std::string, std::int64_t>> RecordIndex::folders() {
  auto statement = database_.prepare("SELECT folder, time FROM folders");
  if (!statement) return base::fail(statement.error());
  std::map<std::string, std::int64_t> times;
  for (;;) {
    const auto row = statement->step();
    if (!row) return base::fail(row.error());
    if (!*row) return times;
    times[statement->text(0)] = statement->integer(1);
  }
}

base::Result<void> RecordIndex::set_folder(const std::string& folder, std::int64_t time) {
  auto statement = kept("INSERT OR REPLACE INTO folders (folder, time) VALUES (?, ?)");
  if (!statement) return base::fail(statement.error());
  return (*statement)->bind(1, folder).bind(2, time).run();
}

base::Result<void> RecordIndex::remove_folder(const std::string& folder) {
  auto statement = kept("DELETE FROM folders WHERE folder = ?");
  if (!statement) return base::fail(statement.error());
  return (*statement)->bind(1, folder).run();
}

base::Result<std::map<std::string, Stamp>> RecordIndex::files(const std::string& folder) {
  auto statement = database_.prepare("SELECT name, size, written, inode FROM records WHERE folder = ?");
  if (!statement) return base::fail(statement.error());
  statement->bind(1, folder);
  std::map<std::string, Stamp> stamps;
  for (;;) {
    const auto row = statement->step();
    if (!row) return base::fail(row.error());
    if (!*row) return stamps;
    stamps[statement->text(0)] = {statement->integer(1), statement->integer(2),
                                  static_cast<std::uint64_t>(statement->integer(3))};
  }
}

base::Result<std::vector<Row>> RecordIndex::rows(const Selection& selection) {
  return select_rows(database_, selection);
}

base::Result<std::vector<Place>> RecordIndex::places(Statement statement) {
  std::vector<Place> found;
  for (;;) {
    const auto row = statement.step();
    if (!row) return base::fail(row.error());
    if (!*row) return found;
    found.push_back({statement.text(0), statement.text(1)});
  }
}

base::Result<std::optional<Place>> RecordIndex::place_of(const std::string& id) {
  auto statement =
      database_.prepare("SELECT folder, name FROM records WHERE id = ? AND found ORDER BY written DESC LIMIT 1");
  if (!statement) return base::fail(statement.error());
  statement->bind(1, id);
  const auto found = places(std::move(*statement));
  if (!found) return base::fail(found.error());
  return found->empty() ? std::nullopt : std::optional(found->front());
}

base::Result<std::vector<Place>> RecordIndex::places_of(const std::string& identity) {
  auto statement = database_.prepare("SELECT folder, name FROM records WHERE identity = ?");
  if (!statement) return base::fail(statement.error());
  statement->bind(1, identity);
  return places(std::move(*statement));
}

base::Result<std::vector<Place>> RecordIndex::replaced() {
  auto statement = database_.prepare("SELECT folder, name FROM records WHERE identity IS NOT NULL AND NOT found");
  if (!statement) return base::fail(statement.error());
  return places(std::move(*statement));
}

base::Result<std::vector<SeriesDay>> RecordIndex::series_days() {
  auto statement = database_.prepare(fmt::format(
      "SELECT repository, workflow, job, matrix, step, started_at / {} AS day, COUNT(*) FROM records WHERE found"
      " GROUP BY job, repository, workflow, matrix, step, day ORDER BY job, repository, workflow, matrix, step, day "
      "DESC",
      kMicrosecondsOfDay));
  if (!statement) return base::fail(statement.error());
  std::vector<SeriesDay> days;
  for (;;) {
    const auto row = statement->step();
    if (!row) return base::fail(row.error());
    if (!*row) return days;
    days.push_back(
        {{statement->text(0), statement->text(1), statement->text(2), statement->text(3), statement->text(4)},
         base::TimePoint(base::Duration(statement->integer(5) * kMicrosecondsOfDay)),
         static_cast<std::size_t>(statement->integer(6))});
  }
}

base::Result<std::vector<Place>> RecordIndex::places_of(const SeriesDay& day) {
  auto statement = database_.prepare(
      "SELECT folder, name FROM records WHERE found AND job = ? AND repository = ? AND workflow = ? AND matrix = ?"
      " AND step = ? AND started_at >= ? AND started_at < ?");
  if (!statement) return base::fail(statement.error());
  const std::int64_t begin = day.day.time_since_epoch().count();
  statement->bind(1, day.series.job).bind(2, day.series.repository).bind(3, day.series.workflow);
  statement->bind(4, day.series.matrix).bind(5, day.series.step).bind(6, begin).bind(7, begin + kMicrosecondsOfDay);
  return places(std::move(*statement));
}

}  // namespace ci::history_store
