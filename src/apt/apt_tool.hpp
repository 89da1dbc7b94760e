#pragma once
// Runs apt's programs our way: our options on the command line (nothing is written below /etc), our environment, root
// rights where needed.
#include <filesystem>
#include <string>
#include <vector>

#include "apt/configured_sources.hpp"
#include "apt/settings.hpp"
#include "apt/sources.hpp"
#include "platform/platform.hpp"

namespace ci::apt {

class AptTool {
 public:
  AptTool(const platform::Platform& platform, const Settings& settings) : platform_(platform), settings_(settings) {}

  // Sets what gives a command root rights, as root_prefix() returns it. Nothing until then.
  void use_prefix(std::vector<std::string> prefix) { prefix_ = std::move(prefix); }

  // Sets the folder of the `dpkg-deb` that dpkg is to find first (dpkg_deb_service.hpp). "" = dpkg's own.
  void use_stand_in(const std::filesystem::path& folder) { stand_in_ = folder; }

  // Sets the sources that the configuration adds; they must outlive this. nullptr = none.
  void use_configured(const ConfiguredSources* configured) { configured_ = configured; }
  [[nodiscard]] const ConfiguredSources* configured() const { return configured_; }

  // Commands to fill in further and to run. `sources` nullptr = the machine's own.
  // apt-get with root rights and a status pipe.
  [[nodiscard]] platform::Command changing(std::vector<std::string> arguments, const SourceFolders* sources) const;
  // This program with root rights and a status pipe, to fetch the archives of `list` (archive_fetch.hpp).
  [[nodiscard]] platform::Command fetching(const std::filesystem::path& list, const std::filesystem::path& archives,
                                           const SourceFolders* sources) const;
  // apt-get as ourselves, for questions.
  [[nodiscard]] platform::Command asking(std::vector<std::string> arguments, const SourceFolders* sources) const;
  // Any other program with root rights.
  [[nodiscard]] platform::Command as_root(std::vector<std::string> argv) const;

  // The PATH of what apt starts: ours, and the folders that dpkg cannot work without.
  [[nodiscard]] std::string path() const;

  // What is left of the whole deadline and `phase`, whichever is less; at least 1 ms, so that a run past its deadline
  // ends as timed out and not as unlimited.
  [[nodiscard]] base::Duration time_left(base::Duration phase) const;

 private:
  [[nodiscard]] std::vector<std::string> options(const SourceFolders* sources) const;
  [[nodiscard]] std::vector<std::string> environment() const;

  const platform::Platform& platform_;
  const Settings& settings_;
  std::vector<std::string> prefix_;
  std::filesystem::path stand_in_;
  const ConfiguredSources* configured_ = nullptr;
};

}  // namespace ci::apt
