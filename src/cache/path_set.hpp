#pragma once
// The paths of a cache: patterns as actions/cache takes them, read as hashFiles() reads them (docs/HASH_FILES.md), so
// that a directory stands for everything below it and a later "!pattern" leaves everything below it out.
//
// Each literal beginning of a pattern is a root of the archive, under a name that means the same on every machine: a
// path below the workspace is relative, one below the home directory begins with "~/", all others are absolute.
#include <string>
#include <vector>

#include "archive/reader.hpp"
#include "archive/tree_scan.hpp"
#include "base/digest.hpp"
#include "base/glob.hpp"
#include "base/result.hpp"
#include "platform/cancellation.hpp"
#include "platform/environment.hpp"

namespace ci::cache {

struct PathPlace {
  std::string workspace;  // absolute, without symbolic links
  std::string home;       // absolute; "" when unknown
};

// Returns GITHUB_WORKSPACE, else the working directory, and HOME. Error: io.
base::Result<PathPlace> path_place(const platform::Environment& environment);

struct PathRoot {
  std::string name;          // as in the archive
  std::string path;          // absolute: where patterns begin to match
  std::string folder;        // absolute: what the members' paths are relative to
  std::string member_start;  // `path` relative to `folder`; "" when they are the same
};

// What there is to be archived.
struct PathContents {
  std::vector<archive::SourceRoot> roots;
  std::size_t members = 0;
  std::size_t left_out = 0;  // sockets, FIFOs and devices
};

class PathSet {
 public:
  // Reads patterns, each of which may hold several lines. Error: usage, naming the pattern, or that none includes
  // anything.
  static base::Result<PathSet> read(const std::vector<std::string>& patterns, const PathPlace& place);

  // The patterns in a form that is equal on all machines: what tells entries of one key and other paths apart.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<PathRoot>& roots() const { return roots_; }

  // What relative patterns, and a tar archive's names, are relative to.
  [[nodiscard]] const std::string& workspace() const { return workspace_; }

  // Looks for everything that matches. Error: io, permission, cancelled.
  [[nodiscard]] base::Result<PathContents> contents(const platform::Cancellation& cancellation) const;

  // Returns the contents that are these paths below the first root's path, relative to it; the root itself is added.
  [[nodiscard]] PathContents contents_below_first_root(const std::vector<std::string>& paths) const;

  // Where an archive of these paths may be extracted, and nowhere else. The folders need not exist yet.
  [[nodiscard]] std::vector<archive::TargetRoot> targets() const;

  // Returns a digest of the names, types, modes, sizes, times and links of everything that matches; contents are not
  // read. Equal digests: nothing was changed. Error: as contents().
  [[nodiscard]] base::Result<base::Sha256Digest> state(const platform::Cancellation& cancellation) const;

 private:
  PathSet(base::Glob glob, std::string workspace, std::vector<std::string> names, std::vector<PathRoot> roots)
      : glob_(std::move(glob)), workspace_(std::move(workspace)), names_(std::move(names)), roots_(std::move(roots)) {}

  base::Glob glob_;
  std::string workspace_;
  std::vector<std::string> names_;
  std::vector<PathRoot> roots_;
};

}  // namespace ci::cache
