#pragma once
// The .debs of a cache entry, verified, as a source that apt can install from.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apt/control_stanza.hpp"
#include "apt/deb_folder.hpp"
#include "apt/deb_index.hpp"
#include "apt/plan.hpp"
#include "apt/sources.hpp"

namespace ci::apt {

class DebRepository {
 public:
  // Unpacks the archive that `descriptor` gives into `folder`. What it says is not trusted: every frame is verified,
  // its files must be those of its index, and the control data of each must say what the index says. Error: data, also
  // when it was made for another identity; io.
  static base::Result<DebRepository> unpack(int descriptor, const std::string& identity, platform::RunFolder folder);

  // The source with all of them, and no other source.
  base::Result<SourceFolders> alone() const;

  // The sources `others` with, before them, a source of those .debs that are what `plan` would download: same version,
  // made of an archive with the same SHA-256. Nothing when these are less than a quarter of the download's bytes.
  base::Result<std::optional<SourceFolders>> beside(const SourceFolders& others, const Plan& plan) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  [[nodiscard]] const DebIndex& index() const { return index_; }
  // The entry of the file at `path`; nullptr when that is none of this repository's.
  [[nodiscard]] const IndexedDeb* find(const std::filesystem::path& path) const;
  // The control data of those that `plan` installs.
  [[nodiscard]] std::vector<ControlStanza> planned(const Plan& plan) const;

 private:
  struct Stored {
    ControlStanza control;
    std::uint64_t bytes;
    std::string sha256;  // as the archive's manifest has it; apt checks it
  };

  DebRepository(platform::RunFolder folder, DebIndex index) : folder_(std::move(folder)), index_(std::move(index)) {}
  base::Result<void> take(const IndexedDeb& deb, std::uint64_t bytes, std::string sha256);
  base::Result<SourceFolders> make(const std::string& name, const std::vector<const IndexedDeb*>& debs,
                                   const SourceFolders* others) const;
  [[nodiscard]] std::string stanza(const IndexedDeb& deb) const;

  platform::RunFolder folder_;
  DebIndex index_;
  std::map<std::string, Stored> stored_;  // by file
};

// Returns the name that apt gives the index of the source `deb file:FOLDER ./`.
std::string index_file_name(const std::filesystem::path& folder);

}  // namespace ci::apt
