#pragma once
// What an entry of a cache says of itself: the text in its archive's head, written before any member.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "key/parts.hpp"

namespace ci::cache {

// Another entry: the key alone does not tell it, since an entry may be removed and another saved under its key.
struct EntryBase {
  std::string key;
  base::TimePoint created{};  // as the label of that entry says

  friend bool operator==(const EntryBase&, const EntryBase&) = default;
};

// Returns {"key", "created"}.
base::Json to_json(const EntryBase& base);
// Returns what to_json() wrote; nothing for anything without a key.
std::optional<EntryBase> read_entry_base(const base::Json& json);

struct EntryLabel {
  std::vector<std::string> paths{};  // PathSet::names()
  key::Parts parts{};                // what the key was made of; none when nobody said, or in a form of other versions
  base::TimePoint created{};
  std::string origin{};                // the job that saved it; "" when it has no name
  std::vector<double> cold_seconds{};  // what jobs without this cache took from its miss to their end, newest first
  std::optional<EntryBase> base{};     // of a delta: the full entry that has what it leaves out
};

// How many cold times an entry keeps.
inline constexpr std::size_t kMostColdTimes = 9;

// Returns the text of the label: JSON.
std::string encode(const EntryLabel& label);

// Returns the label in the head of an archive. Error: data, when the archive was made for something else or by another
// version of the format.
base::Result<EntryLabel> decode_label(std::string_view text);

// Returns the median of the cold times; 0 when there is none.
double median_cold_seconds(const EntryLabel& label);

}  // namespace ci::cache
