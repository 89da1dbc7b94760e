#pragma once
// The keys of deltas: entries that hold only what another entry, their base, does not have (docs/KEYS.md, "Deltas").
//
//   KEY~dMARK     KEY: what the delta and its base together are the entry of; MARK: which key the base has
#include <optional>
#include <string>
#include <string_view>

namespace ci::key {

// Returns the mark of a base's key: the first 16 hexadecimal digits of its SHA-256. For a key that a run made of
// another (KEY~rRUN.ATTEMPT) it is that of KEY.
std::string base_mark(std::string_view base_key);

// Returns what the keys of all deltas of `key` begin with, whatever their bases.
std::string start_of_delta_keys(std::string_view key);

// Returns the key of the delta that gives `key`'s entry over the base of that key.
std::string delta_key(std::string_view key, std::string_view base_key);

struct DeltaKey {
  std::string key;   // that the delta and its base are the entry of
  std::string base;  // the mark of the base's key
};

// Returns what the key of a delta says, with the suffix of a run or without; nothing for any other key.
std::optional<DeltaKey> read_delta_key(std::string_view key);

// Returns the key without the suffix "~rRUN.ATTEMPT" that a run gave it, when it has one.
std::string_view without_run(std::string_view key);

}  // namespace ci::key
