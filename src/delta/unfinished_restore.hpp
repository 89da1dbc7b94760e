#pragma once
// What a restore that did not succeed leaves: a mark beside dpkg's status file, and files that were never finished.
#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "delta/publication.hpp"
#include "platform/filesystem.hpp"

namespace ci::delta {

// A folder beside dpkg's status file for the new one: a rename puts it in place. While it is there, a restore is not
// done. It vanishes with this object until keep_as_mark() is called, and with remove_marks().
class StagingFolder {
 public:
  // Error: io.
  static base::Result<StagingFolder> make(const std::filesystem::path& root);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // To be called before the first change below the root: from now on a kill leaves the folder as a mark.
  void keep_as_mark() { folder_.release(); }

 private:
  explicit StagingFolder(platform::TemporaryFolder folder) : folder_(std::move(folder)), path_(folder_.path()) {}
  platform::TemporaryFolder folder_;
  std::filesystem::path path_;
};

// Whether a restore is running below `root`, or has failed or was killed there after it had changed something, and none
// has succeeded since: what is there may be more than dpkg knows of.
bool has_unfinished_restore(const std::filesystem::path& root);

// Whether remove_leftovers() has something to do. For any user; looks at the names in dpkg's folder, no more.
bool has_leftovers(const std::filesystem::path& root);

// Error: environment when there is an unfinished restore.
base::Result<void> check_restores_finished(const std::filesystem::path& root);

// Ends a restore that has put dpkg's status file in place, when the commands of its publication have been run: keeps
// its receipt (receipt.hpp), removes the marks of all restores below `root`, the publication's record last of all, and
// gives dpkg's folder its modification time. A mark that cannot be removed stays. Returns "", or why there is no
// receipt. Error: io.
base::Result<std::string> end_restore(const std::filesystem::path& root, const Publication& publication);

// The same for the restore that the record below `root` is about. A record of a publication that was not made, or is no
// longer true, is removed alone. Nothing when there is none. dpkg's locks must be held, and nothing may have been
// restored since. Error: io.
base::Result<std::string> end_published(const std::filesystem::path& root);

// Removes the files that killed restores were writing under temporary names (archive/temporary_name.hpp). dpkg's locks
// must be held, so that no restore is at work. Error: permission, io.
base::Result<void> remove_temporary_files(const std::filesystem::path& root);

// Removes these, ends what was published, and takes back what other killed restores have done (restore_journal.hpp);
// the marks of those stay, under a name that says so and empty. dpkg's locks must be held. Error: permission, io.
base::Result<void> remove_leftovers(const std::filesystem::path& root);

}  // namespace ci::delta
