#pragma once
// Why a key is another than an earlier one.
#include <cstddef>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "key/parts.hpp"

namespace ci::key {

enum class ChangeKind { changed, added, removed };

struct Difference {
  ChangeKind change = ChangeKind::changed;
  std::string part;                // the part's name
  FactKind kind = FactKind::none;  // of the fact
  std::string name;                // the file's, module's, ... name; "" when it is about the whole part
  std::string before;              // the values; "" where there was or is none
  std::string after;

  // One line for people: "go.sum changed: golang.org/x/net v0.30.0 → v0.31.0", "main.go changed",
  // "toolchain go1.22.1 → go1.22.3".
  [[nodiscard]] std::string text() const;
};

// Returns what differs, in the order of the parts of `after`; nothing when both say the same. Lists of files that were
// cut to folders are compared as folders.
std::vector<Difference> differences(const Parts& before, const Parts& after);

// Returns the lines of the first `most` differences and how many more there are: "a.lock changed, b.lock added, and 3
// more"; "" for none.
std::string summary(const std::vector<Difference>& differences, std::size_t most = 3);

// Returns {"part", "change", "name", "before", "after", "text"}, empty ones left out.
base::Json to_json(const Difference& difference);

}  // namespace ci::key
