#pragma once
// What of a running system an installation may change outside of files.
#include <filesystem>
#include <set>
#include <string>

namespace ci::delta {

struct RunningState {
  std::set<std::string> modules;  // kernel modules that are loaded (/proc/modules)
  std::set<std::string> mounts;   // mount points (/proc/self/mountinfo)
  bool systemd = false;           // systemd is process 1 (/run/systemd/system, sd_booted(3))
  bool apparmor = false;          // profiles can be loaded
  bool binary_formats = false;    // binary formats can be registered (binfmt_misc is mounted)

  // Looks at the system whose root file system is at `root`, with its own /proc. What cannot be read is not there.
  static RunningState look(const std::filesystem::path& root);
};

}  // namespace ci::delta
