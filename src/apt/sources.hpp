#pragma once
// The machine's apt sources: how old their lists are, and the same sources on another mirror.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/run_folder.hpp"

namespace ci::apt {

// One package index that the sources ask for, as `apt-get indextargets` tells it.
struct IndexTarget {
  std::string repository;  // "http://deb.debian.org/debian/"
  std::filesystem::path file;
};

// The format to ask apt-get indextargets for.
inline constexpr char kIndexTargetFormat[] = "$(CREATED_BY)|$(REPO_URI)|$(FILENAME)";
// Reads its answer.
std::vector<IndexTarget> parse_index_targets(std::string_view listing);

// Why the lists must be fetched again, or "" when they need not: there is none, one is missing, or older than `max_age`
// at `now`.
std::string why_stale(const std::vector<IndexTarget>& targets, base::TimePoint now, base::Duration max_age);

// The host of a URL ("" when it has none): "http://user@host:80/x" -> "host:80" without the user.
std::string host_of(std::string_view url);

// The archive is the distribution's own, as far as its host name tells.
bool is_official(std::string_view url);

// The mirror to try in place of `repository` (a URL of the machine's sources) that failed: the first of `configured`
// that is on another host, else the distribution's main archive where a regional or vendor mirror of it failed, else
// nothing.
std::optional<std::string> next_mirror(std::string_view repository, const std::vector<std::string>& configured);

// Where the machine has its own (sources.list(5)).
inline constexpr char kMachineSources[] = "/etc/apt/sources.list";
inline constexpr char kMachineSourceParts[] = "/etc/apt/sources.list.d";
inline constexpr char kMachineLists[] = "/var/lib/apt/lists";

// Sources that stand in for the machine's own, as apt reads them.
struct SourceFolders {
  std::filesystem::path list;   // sources.list
  std::filesystem::path parts;  // sources.list.d
  std::filesystem::path lists;  // the indexes
  std::filesystem::path cache;  // a folder for what apt makes of the indexes
};

// A copy of the machine's sources on other mirrors, with lists of its own, in a temporary folder.
class AlternateSources {
 public:
  // Copies the file `machine_list` and the sources in the folder `machine_parts` and puts next_mirror() in the place of
  // each repository on `failed_host` ("" = of every repository). Nothing when there is no other mirror for any. The
  // folder is readable by everyone, since apt downloads as another user. `mirrors` are of the machine's archives: they
  // do not stand for sources of the configuration (configured_sources.hpp). Error: io.
  static base::Result<std::optional<AlternateSources>> make(const std::filesystem::path& machine_list,
                                                            const std::filesystem::path& machine_parts,
                                                            const std::string& failed_host,
                                                            const std::vector<std::string>& mirrors);

  [[nodiscard]] std::filesystem::path list() const { return folder_.path() / "sources.list"; }
  [[nodiscard]] std::filesystem::path parts() const { return folder_.path() / "sources.list.d"; }
  [[nodiscard]] std::filesystem::path lists() const { return folder_.path() / "lists"; }
  [[nodiscard]] SourceFolders folders() const { return {list(), parts(), lists(), folder()}; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }
  // The host that is tried now.
  [[nodiscard]] const std::string& host() const { return host_; }

 private:
  explicit AlternateSources(platform::RunFolder folder) : folder_(std::move(folder)) {}
  base::Result<void> fill(const std::filesystem::path& machine_list, const std::filesystem::path& machine_parts,
                          const std::string& failed_host, const std::vector<std::string>& mirrors);
  base::Result<void> copy(const std::filesystem::path& from, const std::filesystem::path& to,
                          const std::string& failed_host, const std::vector<std::string>& mirrors);

  platform::RunFolder folder_;
  std::string host_;
};

}  // namespace ci::apt
