#pragma once
// A change of a file, line by line, and how it is shown.
#include <string>
#include <vector>

#include "doctor/source.hpp"

namespace ci::doctor {

// Puts the lines `added` in place of `removed` lines from `line` on; `removed` of 0 puts them in front of `line`.
struct LineChange {
  int line = 1;
  int removed = 0;
  std::vector<std::string> added;
};

// Changes in the order of their lines; no two take out the same line, and what goes in front of one that is taken out
// comes first.
using Edit = std::vector<LineChange>;

// Returns the text of `source` after `edit`.
std::string edited_text(const Source& source, const Edit& edit);

// Returns `edit` as a unified diff with three lines around each change, in the form that `git apply` and `patch -p1`
// read. Lines are shown byte by byte: escape them before they go to a terminal.
std::string unified_diff(const Source& source, const Edit& edit);

}  // namespace ci::doctor
