#pragma once
// The modules that are built together: one go.mod, or those of a go.work, and the folders that replace others.
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "golang/sources.hpp"
#include "key/parts.hpp"

namespace ci::golang {

struct Workspace {
  std::filesystem::path folder;  // of the main module, without symbolic links
  std::string go;                // the newest `go` line of all
  std::string toolchain;         // the newest `toolchain` line, "" = none
  std::vector<key::Part> files;  // go.mod, go.sum, go.work, go.work.sum
  std::vector<SourceFolder> folders;
};

// Returns the folder of the module: of the go.mod that `given` is or holds; with "", of the nearest at or above
// `start`. Error: data when there is none.
base::Result<std::filesystem::path> find_module(const std::filesystem::path& given, const std::filesystem::path& start);

// Reads the module in `folder` (as find_module() returns it), in the workspace of the file `go_work` ("" or "off" = in
// none). To a module in the tree of the toolchain `goroot` ("" = unknown), as cmd in Go's own repository is, the
// standard library belongs too: it is built from those sources. Error: data for what is malformed, and for a `use`
// without go.mod; io, permission.
base::Result<Workspace> read_workspace(const std::filesystem::path& folder, const std::string& go_work,
                                       const std::filesystem::path& goroot = {});

}  // namespace ci::golang
