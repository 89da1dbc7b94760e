#pragma once
// Compares a tree with what a manifest says of it.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "archive/reader.hpp"
#include "archive/target_folders.hpp"

namespace ci::archive {

enum class DifferenceKind : std::uint8_t {
  absent,     // a member is not there
  present,    // what the archive deletes is there
  type,       // another type of entry has the name
  mode,       // of a file or directory
  owner,      // only with Owners::keep
  mtime,      // only with Mtimes::compare
  target,     // of a symbolic link
  hard_link,  // two names are not the same file
  xattrs,     // only with Xattrs::keep
  size,       // of a file
  contents,   // of a file
  unread,     // no difference: this user cannot look at it
};

// Returns the kind as a word for messages, such as "contents".
std::string_view name_of(DifferenceKind kind);

struct Difference {
  std::uint16_t root = 0;
  std::string path{};
  DifferenceKind kind = DifferenceKind::absent;
  std::string detail{};  // what was expected and what is there; empty where the kind says it all
};

enum class Mtimes : std::uint8_t { ignore, compare };

struct CompareOptions {
  unsigned jobs = 0;  // threads; 0: one for each core
  Owners owners = Owners::omit;
  Xattrs xattrs = Xattrs::omit;
  Mtimes mtimes = Mtimes::ignore;
};

// Returns every difference between the archive that `listing` describes and what is below `targets`, in the archive's
// order; several of one member where there are several. Changes nothing and follows no link. Error: data for a root
// that is not among `targets`; io or permission when a target cannot be opened.
base::Result<std::vector<Difference>> compare(const ArchiveListing& listing, const std::vector<TargetRoot>& targets,
                                              const CompareOptions& options);

}  // namespace ci::archive
