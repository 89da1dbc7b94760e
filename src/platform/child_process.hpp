#pragma once
// Makes child processes: the one place that calls fork and exec.
#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ci::platform {

struct ChildSpec {
  std::vector<std::string> argv;                   // argv[0] is looked up in the PATH of `environment`
  std::map<std::string, std::string> environment;  // all of it
  std::string directory;                           // working directory; "" = ours
  int in = -1;                                     // its standard descriptors; -1 = /dev/null
  int out = -1;
  int err = -1;
};

// The variables of this process.
std::map<std::string, std::string> inherited_environment();

// Returns the file that `name` means: itself when it has a slash, else the first executable of that name in `path`
// (colon-separated). Error: environment when there is none, permission when there is one that may not be run.
base::Result<std::string> find_program(const std::string& name, std::string_view path);

// Starts a child as leader of its own session, with default signal handling and no other descriptor than the three.
// Returns its process id once the program runs. Error: environment (program not found), permission (may not be run),
// io.
base::Result<pid_t> spawn_child(const ChildSpec& spec);

}  // namespace ci::platform
