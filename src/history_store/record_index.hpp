#pragma once
// The rows of a folder's records in SQLite, so that they are found without opening every file. It can be made again
// from the files at any time; they are the truth.
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "history_store/old_days.hpp"
#include "history_store/row.hpp"
#include "history_store/selection.hpp"
#include "history_store/sqlite.hpp"

namespace ci::history_store {

// When and how large a file was when its row was made.
struct Stamp {
  std::int64_t size = 0;
  std::int64_t written = 0;  // nanoseconds since 1970
  std::uint64_t inode = 0;   // another one with every replacement
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

// A file below the folder of records: records/FOLDER/NAME. FOLDER is "" for those that lie in records/ itself.
struct Place {
  std::string folder;
  std::string name;
};

class RecordIndex {
 public:
  // Opens or makes the index in `file`. Error: as Database; data also for an index of another version.
  static base::Result<RecordIndex> open(const std::filesystem::path& file, base::Duration patience);
  // Makes one in memory, with what the index in `file` holds where that can be read.
  static base::Result<RecordIndex> in_memory(const std::filesystem::path& file, base::Duration patience);

  // Whether the index in `file` is there, of this version and undamaged; looks at all of it.
  static bool is_whole(const std::filesystem::path& file, base::Duration patience);

  // Begins a transaction: what is changed until its commit is changed together, and faster.
  base::Result<Transaction> change() { return Transaction::begin(database_); }

  // Notes a file and its row; nothing for a file that is no record. Of several with the same identity() only the one
  // that was written last is found.
  base::Result<void> put(const Place& place, const Stamp& stamp, const std::optional<Row>& row);
  base::Result<void> remove(const Place& place);

  // When each folder had its files noted, in nanoseconds; 0 = they have to be looked at again.
  base::Result<std::map<std::string, std::int64_t>> folders();
  base::Result<void> set_folder(const std::string& folder, std::int64_t time);
  base::Result<void> remove_folder(const std::string& folder);
  base::Result<std::map<std::string, Stamp>> files(const std::string& folder);

  base::Result<std::vector<Row>> rows(const Selection& selection);
  // Where the record `id` is, the last that was written of several; nothing when there is none.
  base::Result<std::optional<Place>> place_of(const std::string& id);
  // Where records with this identity() are.
  base::Result<std::vector<Place>> places_of(const std::string& identity);
  // Where records are that another one has replaced.
  base::Result<std::vector<Place>> replaced();
  // Every series' days, its newest first.
  base::Result<std::vector<SeriesDay>> series_days();
  // Where the runs of that day are.
  base::Result<std::vector<Place>> places_of(const SeriesDay& day);

 private:
  explicit RecordIndex(Database database) : database_(std::move(database)) {}
  static base::Result<RecordIndex> prepared(Database database);
  base::Result<std::vector<Place>> places(Statement statement);
  base::Result<void> choose_last(const std::string& identity);
  base::Result<Statement*> kept(const char* sql);

  Database database_;
  std::map<const char*, Statement> statements_;  // prepared once; by the text's place in the program
};

}  // namespace ci::history_store
