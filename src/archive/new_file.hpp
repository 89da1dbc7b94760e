#pragma once
// A file that is being put in place: complete under its name, or not there.
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "archive/member.hpp"
#include "archive/target_folders.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::archive {

class NewFile {
 public:
  // Opens a new file in `folder` for `member`'s contents: under a temporary name.
  static base::Result<NewFile> under_temporary_name(int folder, const Member& member, TargetFolders& folders);
  // The same under the final name. Nothing when something has that name.
  static base::Result<std::optional<NewFile>> under_final_name(int folder, const Member& member,
                                                               TargetFolders& folders);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();  // removes what commit() did not put in place

  // Writes `contents` at `offset`. Error: io, such as a full disk.
  [[nodiscard]] base::Result<void> write(std::string_view contents, std::uint64_t offset, const Member& member) const;

  // Sets the metadata, closes the file and gives it its name. Where something has that name, and where the options want
  // it, the name is left for the end.
  base::Result<void> commit(const Member& member, TargetFolders& folders, const PlaceOptions& options);

 private:
  NewFile(platform::FileDescriptor file, int folder, std::string current, std::string name)
      : file_(std::move(file)), folder_(folder), current_(std::move(current)), name_(std::move(name)) {}

  platform::FileDescriptor file_;
  int folder_ = -1;      // borrowed; -1 once committed or moved from
  std::string current_;  // the name that the file has now
  std::string name_;     // the name that it shall have
};

}  // namespace ci::archive
