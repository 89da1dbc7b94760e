#pragma once
// What an archive of .debs says of itself before its files (docs/DEBS.md).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace ci::apt {

struct IndexedDeb {
  std::string file;  // its name in the archive, as apt names it: name_version_architecture.deb
  std::string name;
  std::string version;
  std::string architecture;
  std::string sha256;      // in hex, of the mirror's archive that it was made of
  std::int64_t bytes = 0;  // of that archive
};

struct DebIndex {
  std::string identity;        // for which system and request (debs_key.hpp), whatever key it lies under
  double install_seconds = 0;  // that the installation took which it was made of
  std::vector<IndexedDeb> debs;
  std::vector<std::string>
      unmet;  // what their packages recommend and that installation did not get, see recommends.hpp

  // The entry of the file `file`, or nullptr.
  [[nodiscard]] const IndexedDeb* find(std::string_view file) const;
};

std::string encode(const DebIndex& index);

// Error: data, also for names that are not plain and for two entries of one name.
base::Result<DebIndex> decode_deb_index(std::string_view text);

}  // namespace ci::apt
