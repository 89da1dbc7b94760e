#pragma once
// What a restore changes below the root, written down before each step, with what was there: when it is killed, the
// next run can take it back before packages are installed in another way.
#include <filesystem>
#include <string>
#include <string_view>

#include "archive/confined_folder.hpp"
#include "base/result.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::delta {

class RestoreJournal {
 public:
  // Makes the journal in the folder `mark`. It is about dpkg's status file below `root` as it is now. Error: io.
  static base::Result<RestoreJournal> make(const std::filesystem::path& root, const std::filesystem::path& mark);

  // Writes down that `path`, relative to the root, is made where nothing was. For any thread. What cannot be written
  // down stays.
  void added(std::string_view path) const;

  // Keeps what has the name `path` now, if anything has, and writes down that it is about to be removed, or replaced by
  // what has the name `next` in the same folder ("" for nothing that is there already). For the thread that made this
  // object. What cannot be kept is not brought back.
  void replacing(std::string_view path, const std::string& next);

 private:
  RestoreJournal(platform::FileDescriptor file, platform::FileDescriptor mark, archive::ConfinedFolder root);
  void write(std::string record) const;

  platform::FileDescriptor file_;
  platform::FileDescriptor mark_;  // the folder
  archive::ConfinedFolder root_;
  unsigned kept_ = 0;
};

// Takes back what the journal in `mark` tells of, the latest first: what was added is removed, folders that are not
// empty apart, and what was replaced or removed is there again unless somebody else has changed it since. Nothing is
// done when dpkg's status file is another one by now: then packages may own what is there. Done again after a kill it
// ends what it began. Error: io.
base::Result<void> take_back(const std::filesystem::path& root, const std::filesystem::path& mark);

}  // namespace ci::delta
