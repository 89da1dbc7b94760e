#pragma once
// Package sources that the configuration adds to the machine's own, for this installation only.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "platform/run_folder.hpp"

namespace ci::apt {

// One deb822 entry (sources.list(5)). Texts hold no blanks and no control characters.
struct SourceEntry {
  std::vector<std::string> uris;
  std::vector<std::string> suites;
  std::vector<std::string> components;     // empty when the suite is a path that ends in '/'
  std::vector<std::string> architectures;  // empty = the machine's
  std::string signed_by;                   // path of a key file, or an armored key itself

  bool operator==(const SourceEntry&) const = default;
};

// Whether `text` is an armored OpenPGP key rather than the path of one.
bool is_armored_key(std::string_view text);

// The file in which the entries stand; no name that a machine's own file is likely to have.
inline constexpr char kConfiguredFile[] = "ci-optimizer-configured.sources";

// A temporary folder that stands for /etc/apt/sources.list.d: its files, and the entries with their keys beside them.
// Nothing is written below /etc. Everyone may read it, since apt verifies as another user.
class ConfiguredSources {
 public:
  // `machine_parts` is the folder to stand for. Error: data for a key that cannot be read or is none, io.
  static base::Result<ConfiguredSources> make(const std::filesystem::path& machine_parts,
                                              const std::vector<SourceEntry>& entries);

  [[nodiscard]] const std::filesystem::path& parts() const { return folder_.path(); }
  // What the entries say, with the digests of the keys in the keys' place: equal for sources that give the same
  // packages.
  [[nodiscard]] const std::string& identity() const { return identity_; }

 private:
  explicit ConfiguredSources(platform::RunFolder folder) : folder_(std::move(folder)) {}
  base::Result<void> link_machine(const std::filesystem::path& machine_parts);
  base::Result<void> add(const std::vector<SourceEntry>& entries);
  base::Result<std::filesystem::path> add_key(const std::string& contents, std::size_t number);

  platform::RunFolder folder_;
  std::string identity_;
};

}  // namespace ci::apt
