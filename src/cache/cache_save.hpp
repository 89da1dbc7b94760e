#pragma once
// Saves the paths of a cache to a store, as a stream: nothing is written to the disk on the way.
#include <cstdint>
#include <optional>
#include <string>

#include "cache/archive_format.hpp"
#include "cache/entry_label.hpp"
#include "cache/path_set.hpp"
#include "platform/platform.hpp"
#include "store/store.hpp"
#include "tar/compression.hpp"

namespace ci::cache {

enum class SaveStatus {
  saved,
  already_there,  // the key has an entry, or another job is just saving one
  no_room,        // the store's limit, a quota, a full disk
  denied,         // this job may only read
  later,          // the service asks for a longer pause than we wait
  nothing,        // none of the paths is there
  failed,
};

// Returns the status as a word for records: "saved", "already there", ...
std::string_view word(SaveStatus status);

struct SaveRequest {
  std::string key;
  key::Parts parts{};                         // see EntryLabel
  std::vector<double> cold_seconds{};         // see EntryLabel
  std::string origin{};                       // see EntryLabel
  std::optional<EntryBase> base{};            // see EntryLabel
  std::optional<PathContents> contents{};     // what of the paths is saved; none: all that they match
  std::optional<std::int64_t> fixed_mtime{};  // nanoseconds since 1970 for everything; none: each its own
  base::Duration budget = std::chrono::minutes(20);
  ArchiveFormat format = ArchiveFormat::native;  // tar: without parts and cold times
  tar::Compression tar_compression = tar::Compression::zstd;
};

struct SaveResult {
  SaveStatus status = SaveStatus::failed;
  std::string reason{};  // "" when it was saved
  std::int64_t bytes = 0;
  std::uint64_t members = 0;
  double seconds = 0;
};

// Makes an entry of everything that `paths` matches. The key is looked up before anything is archived. Nothing that
// goes wrong leaves an entry behind.
SaveResult save_paths(store::Store& store, const PathSet& paths, const SaveRequest& request,
                      const platform::Platform& platform);

}  // namespace ci::cache
