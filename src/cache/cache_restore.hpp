#pragma once
// Restores the paths of a cache from a store, as a stream.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cache/archive_format.hpp"
#include "cache/entry_label.hpp"
#include "cache/full_entry.hpp"
#include "cache/path_set.hpp"
#include "history/record.hpp"
#include "platform/platform.hpp"
#include "store/store.hpp"

namespace ci::cache {

// Whether an entry whose archive is found damaged is removed, so that no later job meets it.
enum class Damaged { keep, remove };

// Whether entries of the cache may be deltas. Then a delta of the key is looked for too, and what a full entry holds is
// kept in mind.
enum class Deltas { none, allowed };

struct RestoreRequest {
  std::string key;
  std::vector<std::string> restore_keys{};  // prefixes, in their order
  base::Duration budget = std::chrono::minutes(10);
  Damaged damaged = Damaged::remove;  // of native entries: others are not ours
  ArchiveFormat format = ArchiveFormat::native;
  Deltas deltas = Deltas::none;
  // Asked before anything of a native entry is put in place: returns why it is not worth it, "" when it is.
  std::function<std::string(const store::Entry&, const EntryLabel&)> why_not{};
};

struct Restored {
  // Outcome, key, matched_key, reason, bytes and restore_seconds; of a delta base_key and base_bytes. A failure of any
  // kind is a miss with its reason; one of a delta or of its base leaves the other in place: "prefix" and its reason.
  history::CacheOutcome outcome{};
  EntryLabel label{};  // of the native entry, when it was a hit
  // With Deltas::allowed: the full entry that is now in place, by itself or below a delta; nothing when anything
  // failed.
  std::optional<FullEntry> full{};
  bool nothing_found = false;  // a miss because there is no such entry
  bool declined = false;       // by RestoreRequest::why_not
  // Paths in which files of a restore that failed at its very end (a full disk) lie among older ones; paths that were
  // absent are absent again.
  std::vector<std::string> mixed{};
};

// Puts the entry of the key, or the newest of the first restore key that has any, in place. Only what `paths` declares
// is touched, and it is a hit only when every byte of the archive was there and verified (a tar archive: its
// compression's checksum). An entry whose label names a base is put in place over that one, which has to be the very
// entry; without it the entry is put in place alone.
Restored restore_paths(store::Store& store, const PathSet& paths, const RestoreRequest& request,
                       const platform::Platform& platform);

}  // namespace ci::cache
