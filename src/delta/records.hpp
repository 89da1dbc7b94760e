#pragma once
// Three-way merges of files that many packages write records into: what an installation changed in such a file is
// applied to another state of it. Pure text.
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace ci::delta {

enum class RecordFormat {
  passwd,           // passwd(5): a line a user; names and user ids are unique
  group,            // group(5): a line a group; names and group ids are unique, members are a set
  shadow,           // shadow(5): a line a user
  gshadow,          // gshadow(5): a line a group, members are a set
  subordinate_ids,  // subuid(5): ranges that must not overlap
  lines,            // a set of lines (shells(5)); comments and empty lines are left as they are
  stanzas,          // deb822 paragraphs, known by Package and Architecture, or by Name (debconf)
};

// Returns `target` with the records added, changed and removed that differ between `before` and `after`. New records
// go to the end. A record that already is as it should be is left alone; members added to a group are added to the
// target's. Error: environment, naming the record, when the target has another record of that name, or the number
// or range of a new record is taken.
base::Result<std::string> merge_records(RecordFormat format, std::string_view before, std::string_view after,
                                        std::string_view target);

// The records in which two states of a file differ.
struct DifferingRecords {
  std::string before;
  std::string after;
};

// Returns what of `before` and `after` merge_records() looks at: merging with these gives the same result. Neither
// comments nor records that stayed as they were are part of it.
DifferingRecords differing_records(RecordFormat format, std::string_view before, std::string_view after);

}  // namespace ci::delta
