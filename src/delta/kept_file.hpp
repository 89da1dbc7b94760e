#pragma once
// Files and links that are put aside, and put back.
#include <string>

namespace ci::delta {

// A name in the folder that a descriptor is open for.
struct Place {
  int folder = -1;
  std::string name;
};

// Gives the file or symbolic link `from` the name `to` as well, or copies it where the file system has no links:
// contents, owner, mode and time. `to` must be free. Returns 0 or an error number.
int keep_file(const Place& from, const Place& to);

// Puts what keep_file() has put at `from` in the place of the file or link `to`, or where nothing is, in one step.
// Returns 0 or an error number.
int put_file_back(const Place& from, const Place& to);

}  // namespace ci::delta
