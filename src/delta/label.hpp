#pragma once
// What a delta's archive says of itself before its files: on what base it was taken, and what must be so for it to fit.
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "delta/commands.hpp"
#include "delta/packages.hpp"
#include "delta/shared_change.hpp"
#include "elf/missing_libraries.hpp"

namespace ci::delta {

// A shared file that the installation changed, with the metadata that it left.
struct SharedLabel {
  std::string path;
  SharedChange change;
  std::uint32_t mode = 0, uid = 0, gid = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
};

struct Label {
  std::string fingerprint;     // of the base (fingerprint.hpp)
  double install_seconds = 0;  // that the installation took; 0 when not known
  std::vector<PackageChange> packages;
  std::vector<SharedLabel> shared;
  std::vector<elf::MissingLibrary> missing;  // where it was taken (libraries.hpp), sorted
  Commands replay;                           // to be run when the files are in place (obstacles.hpp)
  base::Json
      parts{};  // what the entry's key was made of (docs/KEYS.md); null when not known. Written, and not decoded.
};

// Error: environment, naming a shared file whose records are no UTF-8 text.
base::Result<std::string> encode(const Label& label);

// Error: data, also for a shared file that is none to this version.
base::Result<Label> decode_label(std::string_view text);

}  // namespace ci::delta
