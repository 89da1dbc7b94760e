#pragma once
// The machine's apt sources: how old their lists are, and the same sources on another mirror.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/filesystem.hpp"

namespace ci::apt {

// One package index that the sources ask for, as `apt-get indextargets` tells it.
struct IndexTarget {
  std::string repository;  // "http://deb.debian.org/debian/"
  std::string origin;      // "Debian"; "" until its Release file was fetched
  std::filesystem::path file;
};

// The format to ask apt-get indextargets for.
inline constexpr char kIndexTargetFormat[] = "$(CREATED_BY)|$(REPO_URI)|$(ORIGIN)|$(FILENAME)";
// Reads its answer.
std::vector<IndexTarget> parse_index_targets(std::string_view listing);

// Why the lists must be fetched again, or "" when they need not: one is missing, or older than `max_age` at `now`.
std::string why_stale(const std::vector<IndexTarget>& targets, base::TimePoint now, base::Duration max_age);

// The host of a URL ("" when it has none): "http://user@host:80/x" -> "host:80" without the user.
std::string host_of(std::string_view url);

// The archive is the distribution's own, as far as its host name tells.
bool is_official(std::string_view url);

// The mirror to try when `repository` (a URL of the machine's sources) fails: the first of `configured` that is on
// another host, else the distribution's main archive where a regional or vendor mirror of it failed, else nothing.
std::optional<std::string> next_mirror(std::string_view repository, const std::vector<std::string>& configured);

// A copy of the machine's sources in which some repositories are replaced, with lists of its own, in a temporary folder.
class AlternateSources {
 public:
  // Copies `etc`/sources.list and `etc`/sources.list.d and replaces in them each key of `replacements` by its value.
  // The folder is readable by everyone, since apt downloads as another user. Error: io.
  static base::Result<AlternateSources> make(const std::filesystem::path& etc,
                                             const std::map<std::string, std::string>& replacements);

  [[nodiscard]] std::filesystem::path list() const { return folder_.path() / "sources.list"; }
  [[nodiscard]] std::filesystem::path parts() const { return folder_.path() / "sources.list.d"; }
  [[nodiscard]] std::filesystem::path lists() const { return folder_.path() / "lists"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  explicit AlternateSources(platform::TemporaryFolder folder) : folder_(std::move(folder)) {}
  platform::TemporaryFolder folder_;
};

}  // namespace ci::apt
