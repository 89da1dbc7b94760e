#pragma once
// The form of our keys, and how they are made of parts (docs/KEYS.md).
//
//   ci-optimizer1-PURPOSE-OS-ARCHITECTURE[-SUBJECT][-TOOL]-DIGEST[-DIGEST...]
//
// Two keys are equal only when all they were made of is. Each digest is 128 bits of SHA-256 over the names before it,
// the parts of its level, and the digest before it; names and values are counted into it with their lengths, so that no
// two lists of parts give the same bytes. Names hold no "-", so that each field is found again, and a prefix ends
// behind a
// "-", so that it never ends inside of a digest. So
//  - branches and parallel workflows get one key only for one content, and whoever saves it first has saved it for all;
//  - operating systems, architectures and purposes are fields of their own in front of all digests;
//  - other `paths`: the purpose tells which folders an archive holds; a file or folder that the caller names is a part.
#include <string>
#include <vector>

#include "base/result.hpp"
#include "key/parts.hpp"

namespace ci::key {

// Raised when keys of earlier versions may not be found any more.
inline constexpr int kFormat = 1;

struct Key {
  std::string text;
  std::vector<std::string> restore_keys;  // prefixes, the nearest first; empty when only the very entry serves
  std::vector<std::string> relatives;     // wider prefixes, to explain a difference only: nothing is restored by them
  Parts parts;
};

enum class Fallback {
  none,      // one digest over all levels
  by_level,  // a digest for each level, and a restore key for each but the last
};

struct Recipe {
  std::string purpose;             // "go-build"
  std::vector<std::string> names;  // OS, architecture, ...: fields for people; what counts is also in the parts
  // From what changes least to what changes most.
  std::vector<std::vector<Part>> levels;
  Fallback fallback = Fallback::by_level;
};

// Returns the key, at most 512 characters without comma. Error: bug, for a purpose or levels that cannot be one.
base::Result<Key> make_key(const Recipe& recipe);

// Returns the part that a list of files is. `files` are paths and their SHA-256 in hexadecimal, in any order, each path
// once; the value is over all of both, and the facts keep the digests short.
Part files_part(std::string name, std::vector<Fact> files);

}  // namespace ci::key
