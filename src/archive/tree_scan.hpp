#pragma once
// What there is to archive: members with their metadata, in the order of the archive, before any contents are read.
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "archive/confined_folder.hpp"
#include "archive/member.hpp"

namespace ci::archive {

enum class Owners : std::uint8_t { omit, keep };
enum class Xattrs : std::uint8_t { omit, keep };
enum class HardLinks : std::uint8_t { separate, keep };  // separate: each name becomes a file of its own

// Which of a folder's entries go into an archive.
struct SourceRoot {
  std::string name;  // by which the reader knows the root again
  std::filesystem::path folder;
  std::vector<std::string> paths{};      // relative to `folder`, in any order; a directory stands for itself alone
  std::vector<std::string> deletions{};  // relative paths that the reader shall remove
};

struct ScanOptions {
  Owners owners = Owners::omit;
  Xattrs xattrs = Xattrs::omit;
  HardLinks hard_links = HardLinks::separate;
  std::optional<std::int64_t> fixed_mtime{};  // nanoseconds since 1970 for every member; none: each its own
};

// What must stay the same while a file is read.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t mtime = 0;
  std::int64_t ctime = 0;
  friend bool operator==(const FileState&, const FileState&) = default;
};

FileState file_state(const struct stat& status);

struct ScannedMember {
  Member member;
  FileState state{};
};

struct TreeScan {
  std::vector<Member> tree;          // deletions (the deepest of a root first), then directories
  std::vector<ScannedMember> files;  // files and links; those that are files lack their extended attributes
};

// Looks at every path of `roots`, each opened as the element of `folders` at the same place. Error: io or permission
// naming the path; data for a device, socket or FIFO, and for a path that no member may have.
base::Result<TreeScan> scan(const std::vector<SourceRoot>& roots, const std::vector<ConfinedFolder>& folders,
                            const ScanOptions& options);

// Returns the relative paths of everything at and below each of `below` ("" for all of `folder`), in no order. Links
// are not followed. Error: io or permission.
base::Result<std::vector<std::string>> list_tree(const std::filesystem::path& folder,
                                                 const std::vector<std::string>& below);

}  // namespace ci::archive
