#pragma once
// What a key was made of: kept with an entry, so that a later key can be explained against it (docs/KEYS.md).
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace ci::key {

// What the facts of a part are, which decides how a difference is told.
enum class FactKind : std::uint8_t {
  none,      // the part is its value alone
  files,     // path and digest
  modules,   // module path and its versions
  packages,  // package and its version
  lines,     // a line each, without a value
};

// "none", "files", "modules", ...
std::string_view word(FactKind kind);

struct Fact {
  std::string name;
  std::string value;

  friend bool operator==(const Fact&, const Fact&) = default;
};

struct Part {
  std::string name;   // "go.sum"; no other part of the key has it
  std::string value;  // what goes into the key: a short text, or a digest of what the facts describe
  FactKind kind = FactKind::none;
  std::vector<Fact> facts{};  // by name in byte order, each name once
  // Of files: 0 when each fact is a file. Otherwise it is a folder of at most so many levels, with a digest of the
  // files below it.
  unsigned depth = 0;

  friend bool operator==(const Part&, const Part&) = default;
};

struct Parts {
  std::vector<Part> parts;

  // The part `name`, or nullptr.
  [[nodiscard]] const Part* find(std::string_view name) const;
  friend bool operator==(const Parts&, const Parts&) = default;
};

// The most that the JSON of the parts of one key takes, in bytes.
inline constexpr std::size_t kLongestParts = std::size_t{1} << 20;

// Returns {"format", "parts"} in at most kLongestParts bytes: lists of files become lists of folders until they fit,
// and lists that still are too long are left out.
base::Json to_json(const Parts& parts);

// Error: data, for what to_json() does not write.
base::Result<Parts> decode_parts(const base::Json& json);

// Returns the parts that an archive's text, one JSON object, carries as its member "parts". Error: data, also when it
// carries none.
base::Result<Parts> parts_of_label(std::string_view text);

// Returns any bytes as text that can be shown and told from others: control characters, backslashes and what is no
// UTF-8 become \xNN.
std::string printable(std::string_view bytes);

// The hexadecimal digits of a digest that facts keep: enough to tell one from another.
inline constexpr std::size_t kShortDigest = 16;

// Returns the same part with its files joined to folders of at most `depth` levels, at least 1.
Part folded(const Part& part, unsigned depth);

}  // namespace ci::key
