#pragma once
// Where cache archives are kept: one small interface for the folder of a machine and for services.
//
// An entry has a key and bytes, and never changes: a key that has an entry keeps it until it is removed. One store
// object belongs to one thread; any number of objects and processes share the place behind them.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace ci::store {

struct Entry {
  std::string key;
  std::uint64_t bytes = 0;  // of the archive; 0 as well where a service does not say
  base::TimePoint created;  // the beginning of 1970 where a service does not say
  std::string scope{};      // of a listing by GitHub: the Git reference whose jobs find it; "" elsewhere

  friend bool operator==(const Entry&, const Entry&) = default;
};

// What the entries of everybody who shares a store take, and the most that they may before some are evicted.
struct Usage {
  std::uint64_t bytes = 0;
  std::uint64_t limit = 0;
};

// An entry being read.
class Download {
 public:
  virtual ~Download() = default;
  // A descriptor, owned by this object, from which the archive's bytes are read in their order to the end: a file at
  // its beginning, or a pipe. It may be passed to another process.
  [[nodiscard]] virtual int descriptor() const = 0;
  // To be called when all was read. Error: the store did not deliver the whole entry, so that what was read of it is
  // worth nothing.
  virtual base::Result<void> finish() = 0;
};

// Why an entry was not saved. None of it is a reason for a job to fail.
enum class NotSavedReason {
  already_there,  // the key has an entry, or another process is just saving one
  no_room,        // larger than the limit of the store, the disk is full, a quota is used up
  denied,         // this store may only be read
  later,          // the service asks for a pause that is longer than we wait
  failed,         // anything else; the error says what
};

struct NotSaved {
  NotSavedReason reason = NotSavedReason::failed;
  base::Error error;
};

// A new entry being written. Unless it is committed nothing is left of it.
class Upload {
 public:
  virtual ~Upload() = default;
  // A descriptor, owned by this object, to write the archive's bytes to. It may be passed to another process. Writing
  // fails (EPIPE) when the store takes no more; refusal() says why.
  [[nodiscard]] virtual int descriptor() const = 0;
  // Why the store has given this entry up while it was written; nothing when it has not.
  [[nodiscard]] virtual std::optional<NotSaved> refusal() const { return std::nullopt; }
  // Makes what was written an entry, all at once. Nobody else may hold the descriptor any more. To be called once.
  virtual tl::expected<void, NotSaved> commit() = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Returns the entry whose key is `key`. When there is none, the first of `prefixes` that any key begins with
  // decides: the entry whose key is that prefix, else the newest of those that begin with it. (The order of the
  // Actions cache service.) Nothing when there is no such entry, or no store yet.
  virtual base::Result<std::optional<Entry>> find(const std::string& key, const std::vector<std::string>& prefixes) = 0;

  // Returns all entries whose key begins with `prefix`, newest first.
  virtual base::Result<std::vector<Entry>> list(const std::string& prefix) = 0;

  // Begins to read an entry that was found, and counts as a use of it. Error: it is gone (unavailable), damaged
  // (data), or cannot be read.
  virtual base::Result<std::unique_ptr<Download>> open(const Entry& entry) = 0;

  // Begins a new entry. To be called before the work of making an archive: a key that has an entry is refused here.
  virtual tl::expected<std::unique_ptr<Upload>, NotSaved> create(const std::string& key) = 0;

  // Removes an entry, damaged or not; one that is gone already is no error. Who is reading it reads on. Where scopes
  // are told apart, one with a scope is removed from that scope alone.
  virtual base::Result<void> remove(const Entry& entry) = 0;

  // Returns a sentence about an entry whose key begins with `prefix` and which this job may not find, for it belongs to
  // another branch; "" when there is none, or nobody can tell.
  virtual std::string elsewhere(const std::string& /*prefix*/) { return ""; }

  // Returns what the store holds, where others share it and nobody here can make room; nothing elsewhere. Error:
  // permission, unavailable.
  virtual base::Result<std::optional<Usage>> usage() { return std::nullopt; }
};

}  // namespace ci::store
