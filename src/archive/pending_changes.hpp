#pragma once
// What an extraction has done below its roots and can take back, and what it has left for the end.
//
// Before the archive is verified nothing that was there is changed under its name: new files and folders are
// additions, a file that replaces another waits under a temporary name, and what gives way to a folder is set aside.
// Only a killed extraction leaves such traces.
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "archive/confined_folder.hpp"
#include "archive/member.hpp"
#include "archive/metadata.hpp"
#include "archive/temporary_name.hpp"

namespace ci::archive {

// Gives what has the name `from` in `folder` the name `to`, in place of what has that: a file, a link or an empty
// folder. The error is errno: ENOTEMPTY when the folder is not empty.
tl::expected<void, int> put_in_place(int folder, const std::string& from, const std::string& to);

// Shared by the threads that place members.
class PendingChanges {
 public:
  // `roots` must outlive this object. Of `options`, what is to be told of changes.
  PendingChanges(const std::vector<ConfinedFolder>& roots, const PlaceOptions& options);
  PendingChanges(const PendingChanges&) = delete;
  PendingChanges& operator=(const PendingChanges&) = delete;
  ~PendingChanges();  // take_back()

  std::string temporary_name() { return names_.next(); }

  // Each says what was just done; `path` is a member's.
  void added(std::uint16_t root, std::string_view path);
  void postponed(std::uint16_t root, std::string_view path, std::string temporary);
  void set_aside(std::uint16_t root, std::string_view path, std::string temporary);

  // To be said before what has the name `path` goes: see PlaceOptions::when_replaced.
  void replacing(std::uint16_t root, std::string_view path, const std::string& next) const;

  // Additions stay, earlier and later ones, and what was set aside is removed. Error: io or permission, naming the
  // path.
  base::Result<void> keep();
  // Puts in place what was postponed. To be called after keep(). Error: io or permission, naming the path.
  base::Result<void> put_postponed_in_place();
  // Undoes all that was said of, but for what keep() has kept. A step that fails leaves its trace.
  void take_back();

 private:
  struct Change {
    std::uint16_t root;
    std::string path;
    std::string temporary;  // "" for an addition
  };
  tl::expected<int, int> folder_of(const Change& change);

  void tell_of(std::uint16_t root, std::string_view path) const;

  TemporaryNames names_;
  std::function<void(std::string_view)> when_added_;
  std::function<void(std::string_view, const std::string&)> when_replaced_;
  std::mutex mutex_;  // of what follows, while there are several threads
  bool kept_ = false;
  std::vector<Change> added_;
  std::vector<Change> postponed_;
  std::vector<Change> set_aside_;
  std::vector<FolderCursor> cursors_;
};

}  // namespace ci::archive
