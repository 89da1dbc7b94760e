#pragma once
// What a restore has made where nothing was, written down while it is at work: when it is killed, the next run can take
// it back before packages are installed in another way.
#include <filesystem>
#include <string_view>

#include "base/result.hpp"
#include "platform/file_descriptor.hpp"

namespace ci::delta {

class AdditionsJournal {
 public:
  // Makes the journal in the folder `mark`. It is about dpkg's status file below `root` as it is now. Error: io.
  static base::Result<AdditionsJournal> make(const std::filesystem::path& root, const std::filesystem::path& mark);

  // Writes down that `path`, relative to the root, was made. For any thread. What cannot be written down stays.
  void add(std::string_view path) const;

 private:
  explicit AdditionsJournal(platform::FileDescriptor file) : file_(std::move(file)) {}
  platform::FileDescriptor file_;
};

// Removes what the journal in `mark` names, the latest first, folders that are not empty apart. Nothing is removed when
// dpkg's status file is another one by now: then packages may own what is there. Error: io.
base::Result<void> take_back_additions(const std::filesystem::path& root, const std::filesystem::path& mark);

}  // namespace ci::delta
