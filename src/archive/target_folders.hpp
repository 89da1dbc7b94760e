#pragma once
// The folders into which an archive is extracted: where members may go, and how their folders come to be.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/confined_folder.hpp"
#include "archive/member.hpp"
#include "archive/metadata.hpp"
#include "archive/pending_changes.hpp"

namespace ci::archive {

// Where the members of the archive's root `name` go.
struct TargetRoot {
  std::string name{};
  std::filesystem::path folder{};     // must exist; links on the way to it are followed, none below it
  std::vector<std::string> within{};  // relative paths: members are these or below them; none: anywhere below `folder`
};

// Shared by the threads that place members. Every error names the member.
class TargetFolders {
 public:
  // Opens the roots that the archive names, each as `targets` declares it. Error: data for a root that nobody declared,
  // io or permission.
  static base::Result<TargetFolders> open(const std::vector<std::string>& names, const std::vector<TargetRoot>& targets,
                                          const PlaceOptions& options);
  TargetFolders(TargetFolders&&) noexcept;
  ~TargetFolders();  // takes back what is pending

  [[nodiscard]] const std::vector<ConfinedFolder>& roots() const { return roots_; }
  // What is to be said of every change that an error takes back.
  [[nodiscard]] PendingChanges& pending() { return *pending_; }

  // Whether the member's root exists and declares its path. Error: data.
  [[nodiscard]] base::Result<void> check_declared(const Member& member) const;

  // Returns the descriptor of the folder that `member` belongs in, borrowed from `cursors` (one a root, of the calling
  // thread). Makes it, with mode 0755, when the archive does not have it as a member.
  base::Result<int> folder_for(const Member& member, std::vector<FolderCursor>& cursors);

  // Lets this user write into `folder`, the folder of `member`, until finish() or the end of this object, when only its
  // mode forbids it. Returns whether a second try may succeed.
  bool grant_writing(int folder, const Member& member);

  // Makes the folder `member`, or finds it. Whatever else has its name is set aside. Its metadata comes in finish().
  base::Result<void> make(const Member& member, std::vector<FolderCursor>& cursors);

  // Gives every folder its metadata, the deepest first. Called once nothing more is placed.
  base::Result<void> finish();

 private:
  struct Shared;  // what threads share: guarded by its mutex

  TargetFolders(std::vector<ConfinedFolder> roots, std::vector<std::vector<std::string>> within,
                const PlaceOptions& options);
  base::Result<void> make_missing(const Member& member);
  bool grant(int folder, std::uint16_t root, std::string_view path);
  void restore_modes();

  std::vector<ConfinedFolder> roots_;
  std::vector<std::vector<std::string>> within_;
  PlaceOptions options_;
  std::unique_ptr<PendingChanges> pending_;
  std::vector<Member> made_;
  std::unique_ptr<Shared> shared_;
};

}  // namespace ci::archive
