#pragma once
// A root file system of a few files, in a temporary folder.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "delta/changes.hpp"
#include "delta/snapshot.hpp"
#include "platform/filesystem.hpp"

namespace ci::test {

class Tree {
 public:
  Tree() : folder_(platform::TemporaryFolder::make(std::filesystem::temp_directory_path(), "ci-delta-").value()) {
    write("/var/lib/dpkg/status", "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n");
  }

  [[nodiscard]] const std::filesystem::path& root() const { return folder_.path(); }
  [[nodiscard]] std::string at(const std::string& path) const { return root().string() + path; }

  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(at(path)).parent_path());
    std::ofstream(at(path), std::ios::trunc) << text;
  }
  void folder(const std::string& path) const { std::filesystem::create_directories(at(path)); }
  void link(const std::string& target, const std::string& path) const {
    std::filesystem::create_symlink(target, at(path));
  }
  void remove(const std::string& path) const { std::filesystem::remove_all(at(path)); }
  void move(const std::string& from, const std::string& to) const { std::filesystem::rename(at(from), at(to)); }

  // A snapshot taken when the clock of the file system has moved on, so that nothing made so far counts as later.
  [[nodiscard]] delta::Snapshot snapshot(const std::vector<std::string>& excluded = {}) const {
    std::int64_t made = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root())) {
      struct stat status {};
      if (::lstat(entry.path().c_str(), &status) == 0)
        made = std::max(made, status.st_ctim.tv_sec * std::int64_t{1'000'000'000} + status.st_ctim.tv_nsec);
    }
    // Bounded: the clock moves every few milliseconds.
    for (int tries = 0; tries < 1000 && delta::take_stamp(root()).value().changed <= made; ++tries) ::usleep(1000);
    delta::SweepOptions options;
    options.root = root();
    options.jobs = 2;
    options.exclusions = delta::Exclusions(excluded);
    auto taken = delta::Snapshot::take(std::move(options));
    EXPECT_TRUE(taken) << taken.error().message;
    return std::move(*taken);
  }

 private:
  platform::TemporaryFolder folder_;
};

// "added f /usr/bin/x", one for each change.
inline std::vector<std::string> lines(const std::vector<delta::Change>& changes) {
  std::vector<std::string> all;
  for (const auto& change : changes) {
    const char* kind = change.kind == delta::ChangeKind::added     ? "added "
                       : change.kind == delta::ChangeKind::changed ? "changed "
                                                                   : "deleted ";
    all.push_back(kind + std::string(1, static_cast<char>(change.type)) + " " + change.path);
  }
  return all;
}

}  // namespace ci::test
