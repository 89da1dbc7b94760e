#pragma once
// Files that many packages change. Another base may have another state of them, so a restored one must fit.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "delta/records.hpp"

namespace ci::delta {

enum class SharedRule {
  same,   // the target must have what was replaced here, or the delta does not fit
  merge,  // else what changed is merged by records (merge_records)
  // Passwords may be in it: only the records that changed are part of a delta, never the file. They are always merged.
  merge_secret,
  rebuild,  // else the file is left out and made again by a command
};

struct SharedFile {
  std::string_view pattern;  // see path_pattern.hpp
  SharedRule rule = SharedRule::same;
  RecordFormat format = RecordFormat::lines;  // of both merging rules
  std::string_view command;                   // of SharedRule::rebuild: words with blanks between
};

// Whether what changed in such a file is merged by records.
inline bool is_merged(SharedRule rule) {
  return rule == SharedRule::merge || rule == SharedRule::merge_secret;
}

// The table.
std::span<const SharedFile> shared_files();

// The first row that `path` fits, or nullptr.
const SharedFile* find_shared(std::string_view path);

// The file whose former state a shared file is made from: /etc/passwd of /etc/passwd-, which is a copy of it from
// before the last user was added; any other file's is itself.
std::string_view origin_of(std::string_view path);

// The rule's name in documents: "same", "merge", "merge-secret", "rebuild".
std::string_view name_of(SharedRule rule);

}  // namespace ci::delta
