#pragma once
// The files of a .deb's control member: what `dpkg-deb --control` unpacks.
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ci::apt {

struct ControlFile {
  std::string name;  // "control", "postinst", ...
  mode_t mode = 0;
  std::string contents;
};

// Reads them from the .deb at `path`. Error: data when they are more than plain files of root in one folder, or larger
// than a package's may be; io.
base::Result<std::vector<ControlFile>> read_control_files(const std::filesystem::path& path);

// The same from a tar archive.
base::Result<std::vector<ControlFile>> parse_control_files(std::string_view tar);

// Returns the text of the file `control` of the .deb at `path`. Error: data when it has none, and as above.
base::Result<std::string> read_control(const std::filesystem::path& path);

// Returns the bytes by which the relay makes them (relay/protocol.hpp).
std::string packed(const std::vector<ControlFile>& files);

}  // namespace ci::apt
