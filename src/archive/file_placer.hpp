#pragma once
// Puts files and links in place.
#include <string>
#include <vector>

#include "archive/data_frame.hpp"
#include "archive/new_file.hpp"
#include "archive/split_files.hpp"
#include "archive/target_folders.hpp"

namespace ci::archive {

// For one thread; `folders` and `split_files` are shared by all.
class FilePlacer {
 public:
  FilePlacer(TargetFolders& folders, SplitFiles& split_files, const PlaceOptions& options);

  // Puts the file or symbolic link of `entry` in place, or its piece. What is there already stays when it is the same,
  // else until the pending changes are done. Error: data, io or permission, naming the member.
  base::Result<Placed> place(const DataEntry& entry);

  // Makes `member` a name of the file that its target names below `target_root`, at once. Called when all files are in
  // place.
  base::Result<Placed> place_hard_link(const Member& member, std::uint16_t target_root);

  // Removes what has the deletion's name; a folder only when it is empty. Returns whether nothing is left of it.
  base::Result<bool> remove(const Member& member);

 private:
  base::Result<Placed> place_file(const DataEntry& entry, int folder);
  base::Result<Placed> place_symlink(const Member& member, int folder);
  base::Result<bool> is_in_place(const DataEntry& entry, int folder);
  // Calls `create(name)`, which returns 0 or errno, with the member's name, or with a temporary one where something has
  // that. Returns the name.
  template <class Create>
  base::Result<std::string> create_link(const Member& member, int folder, Create create);

  TargetFolders& folders_;
  SplitFiles& split_files_;
  PlaceOptions options_;
  std::vector<FolderCursor> cursors_;
  std::vector<FolderCursor> target_cursors_;  // of hard links' targets
  std::string buffer_;
};

}  // namespace ci::archive
