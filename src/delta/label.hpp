#pragma once
// What a delta's archive says of itself before its files: on what base it was taken, and what must be so for it to fit.
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "delta/packages.hpp"

namespace ci::delta {

// A shared file (shared_files.hpp) that the installation changed.
struct SharedLabel {
  std::string path;
  std::string replaced;   // digest of what was there before the installation
  std::string installed;  // digest of what the installation left there
  std::string before;     // contents before and after, of files that are merged
  std::string after;
};

struct Label {
  std::string fingerprint;     // of the base (fingerprint.hpp)
  double install_seconds = 0;  // that the installation took; 0 when not known
  std::vector<PackageChange> packages;
  std::vector<SharedLabel> shared;
  std::vector<std::vector<std::string>> replay;  // commands to run when the files are in place (obstacles.hpp)
};

std::string encode(const Label& label);

// Error: data.
base::Result<Label> decode_label(std::string_view text);

}  // namespace ci::delta
