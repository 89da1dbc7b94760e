#pragma once
// How the `file:` store lies on disk. Everything appears and goes by the renaming of a whole folder, so that no process
// ever sees half an entry and none needs a lock:
//
//   STORE/entry-<SHA-256 of the key>/data    the archive's bytes
//                                   /entry   JSON: key, bytes, created; its mtime is the time of the last use
//   STORE/writing-<random>/   the writer, or whom it gave the descriptor, holds a lock (flock) on `data`
//   STORE/removed-<random>/   taken out, being deleted
//
// Names of any other form are not ours and are left alone.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/file_descriptor.hpp"
#include "store/store.hpp"

namespace ci::store {

struct StoredEntry {
  Entry entry;
  base::TimePoint used;
  std::filesystem::path folder;
};

// Returns the folder of the entry with `key`.
std::filesystem::path entry_folder(const std::filesystem::path& store, std::string_view key);

// Returns a name that no other process knows for an entry that is being written.
std::filesystem::path new_folder(const std::filesystem::path& store);

// Makes `store` and the folders above it where they are missing, for this user alone (mode 0700). Error: io,
// permission.
base::Result<void> make_store_folder(const std::filesystem::path& store);

// Returns the entry in `folder`. Error: none is there (unavailable), it is damaged (data), or it cannot be read
// (permission, io).
base::Result<StoredEntry> read_entry(const std::filesystem::path& folder);

// Writes the file `entry` into `folder`, with `entry.created` as its last use. Returns 0 or the error number.
int write_entry(const std::filesystem::path& folder, const Entry& entry);

// Notes that the entry in `folder` was used at `now`, where this process may.
void note_use(const std::filesystem::path& folder, base::TimePoint now);

// Opens the bytes of the entry in `folder` for reading. No descriptor and errno set when that fails.
platform::FileDescriptor open_data(const std::filesystem::path& folder);

// What a folder of entries holds; files that no store made are in neither list.
struct Listing {
  std::vector<StoredEntry> entries;            // in no order
  std::vector<std::filesystem::path> damaged;  // folders in the place of an entry
};

// Returns what `store` holds; nothing when there is no such folder. Error: io, permission.
base::Result<Listing> list_entries(const std::filesystem::path& store);

// Takes the entry in `folder` out of the store in one step and deletes it. Returns 0, also when it was gone, or the
// error number.
int remove_entry(const std::filesystem::path& store, const std::filesystem::path& folder);

// As remove_entry, but leaves alone what has become a sound entry meanwhile.
int remove_damaged(const std::filesystem::path& store, const std::filesystem::path& folder);

// Deletes what killed processes left in `store`: folders being written whose lock nobody holds, and those taken out.
void remove_abandoned(const std::filesystem::path& store);

}  // namespace ci::store
