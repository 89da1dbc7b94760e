#include "apt/deb_folder.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "platform/system_error.hpp"

namespace ci::apt {

base::Result<platform::RunFolder> make_deb_folder(const std::filesystem::path& parent) {
  constexpr mode_t kReadable = 0755;
  auto folder = platform::RunFolder::make(parent, "debs");
  if (folder && ::chmod(folder->path().c_str(), kReadable) != 0) {
    return base::fail(platform::system_error("cannot open to apt", folder->path(), errno));
  }
  return folder;
}

}  // namespace ci::apt
